#!/usr/bin/env python3
"""Stands between Prometheus, Alertmanager and node-exporter on loopback and writes down what passes. Standard library only.

Usage: sink.py --port P --alertmanager URL --exporter URL --rules rules.yml --out DIR

  /api/v2/...  goes on to Alertmanager; request and answer become one line of exchanges.jsonl
  /metrics     is fetched from node-exporter, cut to the families that the rules name, one line of node_exporter.jsonl
  /hook/...    is answered 200; the body becomes one line of webhooks.jsonl

Exchanges pass one at a time, so their numbers are the order in which Alertmanager saw them. `at` is when the request arrived
here, always before Alertmanager saw it. A header X-Note is kept as the exchange's note and not passed on.
"""
import argparse
import datetime
import http.client
import json
import pathlib
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def now():
    """The time in RFC 3339, UTC, milliseconds."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def refuse_constant(word):
    raise ValueError(f"{word} is not JSON")


def parsed(data):
    """(True, value) for a JSON document in UTF-8, else (False, text)."""
    text = data.decode("utf-8", "replace")
    try:
        return True, json.loads(data.decode("utf-8"), parse_constant=refuse_constant)
    except ValueError:
        return False, text


def fetch(base, method, path, body, headers):
    url = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", "text/plain"), answer.read()
    finally:
        connection.close()


def cut(text, words):
    """Keeps the lines of an exposition text whose metric name is one of `words`."""
    kept = []
    for line in text.splitlines():
        name = line.split(" ")[2] if line.startswith("# ") and line.count(" ") >= 2 else re.split(r"[{ ]", line, maxsplit=1)[0]
        if name in words:
            kept.append(line)
    return "".join(line + "\n" for line in kept)


class Recorder:
    def __init__(self, options):
        self.options = options
        self.words = set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", pathlib.Path(options.rules).read_text(encoding="utf-8")))
        self.exchange = threading.Lock()
        self.write = threading.Lock()
        self.count = 0
        out = pathlib.Path(options.out)
        out.mkdir(parents=True, exist_ok=True)
        self.files = {name: open(out / name, "w", encoding="utf-8") for name in ("webhooks.jsonl", "exchanges.jsonl", "node_exporter.jsonl")}

    def line(self, name, value):
        with self.write:
            self.files[name].write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
            self.files[name].flush()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    recorder = None

    def log_message(self, *_):
        pass

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        at = now()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/hook/"):
            self.hook(at, body)
        elif self.path.startswith("/api/v2/"):
            self.api(body)
        elif self.path == "/metrics":
            self.metrics(at)
        elif self.path == "/ready":
            self.answer(200, "text/plain", b"ready\n")
        else:
            self.answer(404, "text/plain", b"no such path\n")

    do_GET = do_POST = do_DELETE = handle_any

    def hook(self, at, body):
        ok, value = parsed(body)
        self.recorder.line("webhooks.jsonl", {"at": at, "path": self.path, "body" if ok else "body_raw": value})
        self.answer(200, "text/plain", b"ok\n")

    def metrics(self, at):
        recorder = self.recorder
        try:
            status, _, text = fetch(recorder.options.exporter, "GET", "/metrics", None, {"Accept": "text/plain;version=0.0.4"})
        except OSError as error:
            self.answer(502, "text/plain", f"{error}\n".encode())
            return
        text = cut(text.decode("utf-8"), recorder.words)
        if status == 200:
            recorder.line("node_exporter.jsonl", {"at": at, "text": text})
        self.answer(status, "text/plain; version=0.0.4; charset=utf-8", text.encode())

    def api(self, body):
        recorder = self.recorder
        headers = {"Content-Type": self.headers.get("Content-Type", "application/json")}
        with recorder.exchange:
            at = now()
            try:
                status, kind, text = fetch(recorder.options.alertmanager, self.command, self.path, body or None, headers)
            except (OSError, http.client.HTTPException) as error:
                status, kind, text = 502, "text/plain", f"{type(error).__name__}\n".encode()
            recorder.count += 1
            request = {"method": self.command, "path": self.path}
            if body:
                ok, value = parsed(body)
                request["body" if ok else "body_raw"] = value
            sender = "sent by Prometheus" if self.headers.get("User-Agent", "").startswith("Prometheus/") else ""
            recorder.line("exchanges.jsonl", {
                "n": recorder.count,
                "at": at,
                "request": request,
                "response": {"status": status, "body": parsed(text)[1] if text else None},
                "note": self.headers.get("X-Note") or sender,
            })
        self.answer(status, kind, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    for name in ("--alertmanager", "--exporter", "--rules", "--out"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    Handler.recorder = Recorder(options)
    ThreadingHTTPServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
