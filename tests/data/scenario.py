#!/usr/bin/env python3
"""Plays six minutes of a small shop: metrics that rise and fall, alerts posted by hand, silences, reads. Standard library only.

Usage: scenario.py --sink URL --textfile shop.prom

Writes the shop's metrics for node-exporter's textfile collector and talks to Alertmanager through sink.py, which records
everything. Each step stands at a fixed second. Rules that the steps keep, so that a reader needs no other clock than the
exchanges' own: an alert that fires without an end is repeated or resolved within a minute (resolve_timeout), or never
posted again; an end that means "resolved" lies before the post; an alert fires again with a start after its last end.
"""
import argparse
import datetime
import http.client
import json
import os
import subprocess
import time
import urllib.parse

SECONDS = 372


def stamp(offset=0.0, zone=datetime.timezone.utc):
    """Now plus `offset` seconds, RFC 3339 with milliseconds."""
    at = datetime.datetime.now(zone) + datetime.timedelta(seconds=offset)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Alertmanager:
    """Alertmanager's API behind sink.py; each call carries a note for the record."""

    def __init__(self, url):
        self.url = urllib.parse.urlsplit(url)

    def call(self, method, path, note, body=None):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=20)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        connection.request(method, "/api/v2" + path, body=data, headers={"Content-Type": "application/json", "X-Note": note})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        print(f"  {answer.status} {method} {path}: {note}", flush=True)
        return answer.status, json.loads(text) if text else None

    def post(self, note, *entries, expect=200):
        status, _ = self.call("POST", "/alerts", note, list(entries))
        if status != expect:
            raise SystemExit(f"{note}: expected {expect}, got {status}")

    def read(self, moment):
        for path in ("/alerts", "/alerts/groups", "/silences"):
            self.call("GET", path, moment)


class Shop:
    """The shop's metrics as functions of the scenario's second."""

    def __init__(self, path):
        self.path = path
        self.orders = {"eu": 48210.0, "us": 17022.0}
        self.last = 0.0

    @staticmethod
    def free(volume, t):
        if volume == "orders-db":
            steps = [(0, 0.40), (15, 0.128), (45, 0.114), (80, 0.021), (135, 0.105), (190, 0.62), (245, 0.091), (300, 0.58)]
        else:
            steps = [(0, 0.33), (60, 0.142), (120, 0.35)]
        return [share for start, share in steps if start <= t][-1]

    @staticmethod
    def latency(region, t):
        if region == "eu" and 20 <= t < 150:
            return round(1.25 + 0.15 * ((t - 20) // 20), 3)
        if region == "us" and 200 <= t < 262:
            return 0.94
        return 0.31

    @staticmethod
    def queue(name, t):
        if name == "card" and t >= 40:
            return min(104 + 12 * ((t - 40) // 5), 236)
        return {"card": 21, "invoice": 4}[name]

    def write(self, t):
        for region in self.orders:
            if not (region == "us" and 100 <= t < 175):
                self.orders[region] += 7 * (t - self.last)
        self.last = t
        gauge = [
            ("shop_volume_size_bytes", "Size of a volume.", [({"volume": v}, size) for v, size in (("orders-db", 500e9), ("receipts", 200e9))]),
            ("shop_volume_free_bytes", "Free space of a volume.",
             [({"volume": v}, round(size * self.free(v, t))) for v, size in (("orders-db", 500e9), ("receipts", 200e9))]),
            ("shop_checkout_latency_seconds", "Time that a checkout takes.",
             [({"quantile": q, "region": r}, round(self.latency(r, t) * share, 3)) for r in ("eu", "us") for q, share in (("0.5", 0.4), ("0.99", 1.0))]),
            ("shop_payment_queue_length", "Payments that wait.", [({"queue": q}, self.queue(q, t)) for q in ("card", "invoice")]),
        ]
        lines = ["# HELP shop_orders_total Orders taken.", "# TYPE shop_orders_total counter"]
        lines += [f'shop_orders_total{{region="{region}"}} {count:.0f}' for region, count in self.orders.items()]
        for name, meaning, samples in gauge:
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
            for labels, value in samples:
                lines.append(name + "{" + ",".join(f'{k}="{v}"' for k, v in labels.items()) + f"}} {value}")
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        os.replace(self.path + ".new", self.path)


def firing(alert, **change):
    return {**alert, "startsAt": stamp(), **change}


def resolved(alert, **change):
    return {**alert, "endsAt": stamp(-0.25), **change}


def alert(labels, summary=None, source=None):
    value = {"labels": labels}
    if summary:
        value["annotations"] = {"summary": summary}
    if source:
        value["generatorURL"] = f"https://{source}.shop.example/checks/{urllib.parse.quote(labels.get('alertname', 'unnamed'))}"
    return value


def steps(am):
    """Pairs of second and action, in order of time."""
    kept = {}

    def certificate(host):
        return alert({"alertname": "CertificateExpiring", "team": "platform", "severity": "warning", "host": host}, f"The certificate of {host} ends soon", "probe")

    def hosts(change=None, **more):
        many = [{**kept["hosts"][n], **more} for n in range(len(kept["hosts"]))]
        if change is not None:
            many[change] = {**many[change], "annotations": {"summary": "web-03 does not answer: no route"}}
        return many

    def first_certificate():
        kept["certificate"] = firing(certificate("shop.example"))
        am.post("a certificate check fires", kept["certificate"])

    def changed_certificate():
        kept["certificate"] = {**kept["certificate"], "annotations": {"summary": "The certificate of shop.example ends in 6 days", "owner": "Ines"}}
        am.post("the same alert with other annotations", kept["certificate"])

    def certificate_resolves():
        kept["renewed"] = resolved(kept["certificate"])
        am.post("the certificate alert resolves", kept["renewed"])

    def certificate_again():
        kept["certificate"] = firing(certificate("shop.example"))
        am.post("the certificate alert fires again within five minutes", kept["certificate"])

    def backup():
        kept["backup"] = firing(alert({"alertname": "BackupLate", "team": "storage", "severity": "high", "volume": "receipts"}, "The nightly backup is late", "backup"))
        am.post("a late backup fires", kept["backup"])

    def backup_again():
        am.post("the late backup fires again more than five minutes after it resolved",
                firing(alert(kept["backup"]["labels"], "The nightly backup is late", "backup")))

    def names():
        kept["names"] = [
            firing(alert({"alertname": "Füllstand niedrig", "team": "storage", "倉庫": "東京", "bin no.": "7/2", "severity": "low"}, "Regal 7/2 ist fast leer", "warehouse")),
            firing(alert({"alertname": "LabelPrinterJam", "team": "storage", "message": 'say "hi"\nthen\ttab \\ and {brace}'}, 'Paper "A6"\nis stuck 🖨', "warehouse")),
            {**alert({"alertname": "ColdRoomWarm", "team": "storage", "room": "c-1", "zone": ""}, "Room c-1 is at 9 °C"),
             "startsAt": stamp(zone=datetime.timezone(datetime.timedelta(hours=2)))},
            firing(alert({"service": "ledger", "team": "payments", "check": "balance"}, "The books do not balance", "ledger")),
        ]
        am.post("names in other scripts, quotes, line breaks, an empty label value, no alertname, another time zone", *kept["names"])

    def names_again():
        again = [dict(entry) for entry in kept["names"]]
        again[2]["labels"] = {k: v for k, v in again[2]["labels"].items() if v}
        again[3]["endsAt"] = "0001-01-01T00:00:00Z"
        am.post("the same four: without the empty label, with a zero end", *again)

    def good(name, team):
        kept[name] = firing(alert({"alertname": name, "team": team, "severity": "info"}, f"{name} was seen", "probe"))
        return kept[name]

    def post_hosts():
        kept["hosts"] = [
            firing(alert({"alertname": "HostUnreachable", "team": "platform", "severity": "critical", "host": f"web-{n:02}"}, f"web-{n:02} does not answer", "probe"))
            for n in range(1, 7)
        ]
        am.post("six hosts at once", *kept["hosts"])

    def hosts_change():
        am.post("six hosts again, one with another summary", *hosts(change=2))

    def hosts_resolve():
        am.post("six hosts resolve", *hosts(endsAt=stamp(-0.25)))

    def silence(key, note, start, length, *matchers, **more):
        status, answer = am.call("POST", "/silences", note, {
            "matchers": [{"name": n, "value": v, "isRegex": regex, "isEqual": True} for n, v, regex in matchers],
            "startsAt": stamp(start), "endsAt": stamp(start + length), "createdBy": "mara@shop.example", "comment": "payment provider at work", **more})
        if status == 200:
            kept[key] = answer["silenceID"]

    checkout = (("team", "payments", False), ("alertname", "Checkout.+|OrdersStalled", True))
    return sorted([
        (4, backup),
        (5, first_certificate),
        (8, lambda: am.read("at the start")),
        (10, lambda: am.post("the late backup resolves", resolved(kept["backup"]))),
        (12, lambda: am.post("the same alert again, unchanged", kept["certificate"])),
        (20, changed_certificate),
        (24, names),
        (28, certificate_resolves),
        (31, names_again),
        (33, lambda: am.post("two without labels beside a good one", {"labels": {}, "annotations": {"summary": "who am I"}},
                             good("LedgerDrift", "payments"), firing({"labels": {"team": ""}}), expect=400)),
        (35, lambda: am.post("an end before the start beside a good one", good("SlowExport", "payments"),
                             firing(alert({"alertname": "TimeTurned", "team": "lab"}), endsAt=stamp(-3600)), expect=400)),
        (37, lambda: am.post("a start that is no time: the whole batch is lost", good("PriceFeedStale", "payments"),
                             {"labels": {"alertname": "WrongClock", "team": "lab"}, "startsAt": "half past nine"}, expect=400)),
        (39, lambda: am.post("the good one of the lost batch alone", kept["PriceFeedStale"])),
        (40, lambda: am.post("the resolved certificate alert again, unchanged", kept["renewed"])),
        (41, lambda: am.post("a generator URL that is none", {**firing(alert({"alertname": "BadLink", "team": "lab"})), "generatorURL": "not a url"}, expect=422)),
        (42, lambda: am.post("no labels at all", {"annotations": {"summary": "labels forgotten"}}, expect=422)),
        (43, lambda: am.post("an empty label name", firing({"labels": {"alertname": "EmptyName", "team": "lab", "": "x"}}), expect=400)),
        (44, lambda: am.call("POST", "/alerts", "a body that ends too early", b'[{"labels": {"alertname": "CutOff", "team"')),
        (46, lambda: am.post("one alert twice in a batch", *[good("TwiceTold", "platform")] * 2)),
        (48, lambda: am.post("an end alone, in the past: an unknown alert arrives resolved",
                             resolved(alert({"alertname": "NightlyImport", "team": "platform", "severity": "info"}, "The import was late", "import")))),
        (50, lambda: am.post("an unknown alert arrives resolved, with start and end",
                             {**alert({"alertname": "NightlyExport", "team": "platform", "severity": "info"}, "The export was late", "import"),
                              "startsAt": stamp(-600), "endsAt": stamp(-300)})),
        (52, lambda: am.post("neither start nor end, and a field that Alertmanager does not know",
                             {**alert({"alertname": "DoorOpen", "team": "lab", "severity": "low"}, "The door of room 2 is open"), "priority": "P4"})),
        (54, lambda: am.read("before the silence")),
        (56, lambda: silence("checkout", "the payment team silences its checkout alerts", 0, 120, *checkout)),
        (58, lambda: silence("later", "a silence for later", 3600, 600, ("host", "web-.*", True))),
        (59, lambda: silence("none", "a silence without matchers is refused", 0, 60)),
        (62, lambda: am.read("silenced")),
        (64, post_hosts),
        (70, lambda: silence("checkout", "the silence is made longer", 0, 150, *checkout, id=kept["checkout"])),
        (84, hosts_change),
        (90, certificate_again),
        (98, lambda: am.read("inhibited")),
        (100, lambda: am.post("the same alert again, unchanged", kept["certificate"])),
        (104, hosts_resolve),
        (116, lambda: am.call("DELETE", f"/silence/{kept['checkout']}", "the silence ends")),
        (125, lambda: am.call("GET", "/alerts?filter=team%3D%22storage%22&inhibited=false", "what the storage team sees")),
        (130, lambda: am.post("an end that is still to come", firing(alert({"alertname": "MaintenanceRunning", "team": "platform", "severity": "info"}, "Disks are swapped", "probe"), endsAt=stamp(90)))),
        (145, lambda: am.post("the certificate alert resolves", resolved(kept["certificate"]))),
        (150, lambda: am.read("after the silence")),
        (212, lambda: am.read("most is well again")),
        (270, lambda: am.read("fires again")),
        (345, backup_again),
        (362, lambda: am.read("at the end")),
    ], key=lambda step: step[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sink", required=True)
    parser.add_argument("--textfile", required=True)
    options = parser.parse_args()
    shop = Shop(options.textfile)
    todo = steps(Alertmanager(options.sink))
    todo += [(second, lambda second=second: shop.write(second)) for second in range(0, SECONDS, 5)]
    # half a minute of one busy core, so that the host's own load moves
    busy = []
    todo.append((60, lambda: busy.append(subprocess.Popen(["nice", "-n", "10", "timeout", "40", "sh", "-c", "while :; do :; done"]))))
    start = time.monotonic()
    try:
        for second, action in sorted(todo, key=lambda step: step[0]):
            time.sleep(max(0.0, start + second - time.monotonic()))
            action()
        time.sleep(max(0.0, start + SECONDS - time.monotonic()))
    finally:
        for process in busy:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
