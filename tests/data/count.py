#!/usr/bin/env python3
"""Counts what a reader of the recorded exchanges must find, from the requests and Alertmanager's answers alone.

Usage: count.py --recording DIR --probe URL --probes probes.jsonl --out expected.json

--probe is a second, empty Alertmanager. Each element of a batch that was refused is posted to it alone, which tells the bad
element from its good neighbours; each accepted label set is posted to it once more, and the fingerprints are read from its
answer. Each count is defined in README.md. Where a definition leaves room (is an alert resolved at its end or when the post
arrives?), every reading is counted, and the recording is refused unless all of them agree. Standard library only.
"""
import argparse
import datetime
import itertools
import json
import re
import urllib.error
import urllib.request

WINDOW = 300 * 10**9
RESOLVE_TIMEOUT = 60 * 10**9
TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")


def nanos(text):
    """Nanoseconds since 1970 of an RFC 3339 time; None where it is absent or Go's zero time."""
    if text is None or text.startswith("0001-01-01T00:00:00"):
        return None
    whole, fraction, zone = TIME.fullmatch(text).groups()
    seconds = datetime.datetime.fromisoformat(whole + ("+00:00" if zone == "Z" else zone)).timestamp()
    return int(seconds) * 10**9 + int((fraction or "").ljust(9, "0"))


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().split("\n") if line]


class Probe:
    def __init__(self, url, path):
        self.url, self.count, self.file = url, 0, open(path, "w", encoding="utf-8")

    def call(self, method, path, note, body=None):
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        self.count += 1
        value = json.loads(text) if text else None
        at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"n": self.count, "at": at, "request": {"method": method, "path": path}, "response": {"status": status, "body": value}, "note": note}
        if body is not None:
            line["request"]["body"] = body
        self.file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        self.file.flush()
        return status, value


def labels_of(entry):
    """The label set as Alertmanager keeps it: labels without a value are none."""
    return tuple(sorted((name, value) for name, value in entry["labels"].items() if value))


def entries_of(exchanges, probe):
    """Accepted entries in order of arrival as (at, entry), and how many were received and refused."""
    accepted, received, refused = [], 0, 0
    for exchange in exchanges:
        body = exchange["request"].get("body")
        for n, entry in enumerate(body):
            received += 1
            good = exchange["response"]["status"] == 200
            if not good:
                good = probe.call("POST", "/api/v2/alerts", f"element {n} of exchange {exchange['n']} alone", [entry])[0] == 200
            if good:
                accepted.append((nanos(exchange["at"]), entry))
            else:
                refused += 1
                print(f"refused: exchange {exchange['n']}, element {n}: {json.dumps(entry, ensure_ascii=False)}")
    return accepted, received, refused


def is_resolved(at, entry):
    end = nanos(entry.get("endsAt"))
    return end is not None and end <= at


def content(at, entry):
    return (labels_of(entry), tuple(sorted(entry.get("annotations", {}).items())), nanos(entry.get("startsAt")),
            entry.get("generatorURL", ""), is_resolved(at, entry))


def verdicts(accepted, resolved_when, fired_when):
    """What each accepted entry is, in order of arrival."""
    known, result = {}, []
    for at, entry in accepted:
        before, now, over = known.get(labels_of(entry)), content(at, entry), is_resolved(at, entry)
        since = {"end": nanos(entry.get("endsAt")), "post": at}[resolved_when] if over else None
        if before is None:
            verdict = "resolved" if over else "new"
        elif over and not before["over"]:
            verdict = "resolved"
        elif before["over"] and not over:
            fired = {"start": nanos(entry.get("startsAt")) or at, "post": at}[fired_when]
            verdict = "reopened" if fired - before["since"] <= WINDOW else "new"
        else:
            verdict = "duplicate" if now == before["content"] else "updated"
            since = before["since"]
        known[labels_of(entry)] = {"over": over, "content": now, "since": since}
        result.append(verdict)
    return result


def groups(accepted, firing_only):
    """How many groups: equal alertname and team, no two neighbouring sightings more than the window apart."""
    last, count = {}, 0
    for at, entry in accepted:
        labels = dict(labels_of(entry))
        key = (labels.get("alertname"), labels.get("team"))
        if firing_only and is_resolved(at, entry) and key in last:
            continue
        if key not in last or at - last[key] > WINDOW:
            count += 1
        last[key] = at
    return count


def assert_clear(accepted):
    """Refuses a recording whose reading would depend on clocks that it does not hold."""
    before = {}
    for at, entry in accepted:
        start, end = nanos(entry.get("startsAt")), nanos(entry.get("endsAt"))
        assert end is None or end <= at or end - at > 10**9, f"an end within a second after its post: {entry}"
        old = before.get(labels_of(entry))
        if old is not None and not old["over"]:
            assert at < old["until"], f"ran out before it was posted again: {entry}"
        if old is not None and old["over"] and not is_resolved(at, entry):
            assert start is not None and start > old["until"], f"fires again from before its end: {entry}"
        if old is not None and not old["over"]:
            assert start == old["start"], f"start moved while firing: {entry}"
        before[labels_of(entry)] = {"over": is_resolved(at, entry), "until": end or at + RESOLVE_TIMEOUT, "start": start}


def assert_steady(scrapes):
    """Refuses a recording during which the machine stood still."""
    times = [nanos(scrape["at"]) for scrape in scrapes]
    for before, after in zip(times, times[1:]):
        assert 4 * 10**9 < after - before < 6 * 10**9, f"scrapes {(after - before) / 10**9:.1f} s apart: record again"
    assert times[-1] - times[0] > WINDOW, "the scrapes span less than five minutes"


def fingerprints(accepted, probe):
    sets = sorted({labels_of(entry) for _, entry in accepted})
    status, _ = probe.call("POST", "/api/v2/alerts", "every accepted label set", [{"labels": dict(labels)} for labels in sets])
    assert status == 200, status
    _, answer = probe.call("GET", "/api/v2/alerts", "their fingerprints")
    found = {tuple(sorted(alert["labels"].items())): alert["fingerprint"] for alert in answer}
    missing = [labels for labels in sets if labels not in found]
    assert not missing, f"no fingerprint answered for {missing}"
    return sorted(found[labels] for labels in sets)


def seen_in_run(exchanges, webhooks):
    """Every fingerprint that the recorded Alertmanager itself named."""
    for exchange in exchanges:
        body = exchange["response"]["body"]
        if exchange["request"]["method"] == "GET" and isinstance(body, list):
            for item in body:
                yield from (alert["fingerprint"] for alert in item.get("alerts", [item]) if "fingerprint" in alert)
    for webhook in webhooks:
        yield from (alert["fingerprint"] for alert in webhook["body"]["alerts"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--recording", "--probe", "--probes", "--out"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    exchanges, webhooks, scrapes = (lines(f"{options.recording}/{name}.jsonl") for name in ("exchanges", "webhooks", "node_exporter"))
    assert_steady(scrapes)
    posts = [x for x in exchanges if x["request"]["method"] == "POST" and x["request"]["path"] == "/api/v2/alerts"]
    readable = [x for x in posts if isinstance(x["request"].get("body"), list)]
    probe = Probe(options.probe, options.probes)
    accepted, received, refused = entries_of(readable, probe)
    assert_clear(accepted)
    readings = [verdicts(accepted, r, f) for r, f in itertools.product(("end", "post"), ("start", "post"))]
    assert all(reading == readings[0] for reading in readings), "the verdicts depend on which clock is read"
    assert groups(accepted, True) == groups(accepted, False), "the groups depend on which sightings count"
    prints = fingerprints(accepted, probe)
    strange = set(seen_in_run(exchanges, webhooks)) - set(prints)
    assert not strange, f"fingerprints of nothing that was accepted: {strange}"
    expected = {"requests": len(posts), "unreadable": len(posts) - len(readable), "received": received, "refused": refused}
    expected |= {verdict: readings[0].count(verdict) for verdict in ("new", "updated", "duplicate", "resolved", "reopened")}
    expected |= {"groups": groups(accepted, False), "fingerprints": prints}
    assert received == refused + sum(expected[v] for v in ("new", "updated", "duplicate", "resolved", "reopened"))
    empty = [name for name, value in expected.items() if not value]
    assert not empty, f"the recording shows no {empty}"
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=2)
        file.write("\n")
    print(json.dumps({name: value for name, value in expected.items() if name != "fingerprints"}), f"and {len(prints)} fingerprints")


if __name__ == "__main__":
    main()
