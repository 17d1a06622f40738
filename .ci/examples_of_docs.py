"""Reads rustdoc's JSON and names every public type, trait and fallible function whose documentation has no example.

A function is fallible if it returns a `Result`. What a trait of another crate asks for (`from_str`, `deserialize`) has the example of its type.

Usage: examples_of_docs.py CRATE.json
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    crate = json.load(file)
index = crate["index"]


def has_example(item):
    return "```" in (item.get("docs") or "")


def is_fallible(function):
    output = function["sig"]["output"]
    return bool(output) and "resolved_path" in output and output["resolved_path"]["path"].split("::")[-1] == "Result"


def name_of(item_id, fallback):
    path = crate["paths"].get(str(item_id))
    return "::".join(path["path"]) if path else fallback


counted, missing = 0, []
for item in index.values():
    if item["crate_id"] != 0 or item["visibility"] not in ("public", "default"):
        continue
    inner = item["inner"]
    kind = next(iter(inner))
    here = f"{item['span']['filename']}:{item['span']['begin'][0]}" if item.get("span") else "?"
    if kind in ("struct", "enum", "union", "trait"):
        counted += 1
        if not has_example(item):
            missing.append(f"{here}: {kind} {name_of(item['id'], item['name'])}")
        members = []
        if kind == "trait":
            members = inner["trait"]["items"]
        else:
            for impl_id in inner[kind]["impls"]:
                block = index.get(str(impl_id))
                if block and block["inner"]["impl"]["trait"] is None:
                    members += block["inner"]["impl"]["items"]
        for member_id in members:
            member = index.get(str(member_id))
            if not member or "function" not in member["inner"] or not is_fallible(member["inner"]["function"]):
                continue
            if "#[doc(hidden)]" in str(member.get("attrs")):
                continue
            counted += 1
            if not has_example(member):
                where = f"{member['span']['filename']}:{member['span']['begin'][0]}" if member.get("span") else "?"
                missing.append(f"{where}: fn {item['name']}::{member['name']}")
    elif kind == "function" and str(item["id"]) in crate["paths"] and is_fallible(inner["function"]):
        counted += 1
        if not has_example(item):
            missing.append(f"{here}: fn {item['name']}")
print(f"{counted} types, traits and fallible functions, {len(missing)} without an example")
for line in sorted(set(missing)):
    print(line)
sys.exit(1 if missing or not counted else 0)
