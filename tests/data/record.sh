#!/usr/bin/env bash
# Records tests/data/recording: a real Prometheus, Alertmanager and node-exporter on loopback, six minutes of a small shop.
#
# Usage: tests/data/record.sh [--count] [SERVERS [OUT [PORT]]]
#   --count  records nothing: counts OUT/recording again and compares the result with OUT/expected.json
#   SERVERS  folder that .ci/reference-servers filled                         (default: target/servers)
#   OUT      where recording/ and expected.json go, replaced when complete    (default: tests/data)
#   PORT     first of five free ports on 127.0.0.1                            (default: 28190)
#
# Takes about seven minutes. Ends only the processes that it started. What is recorded: see README.md beside this file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
count_only=
if [ "${1:-}" = --count ]; then
  count_only=1
  shift
fi
servers=${1:-$root/target/servers}
out=${2:-$here}
port=${3:-28190}
sink_port=$port exporter_port=$((port + 1)) prometheus_port=$((port + 2)) alertmanager_port=$((port + 3)) probe_port=$((port + 4))
bin=$servers/usr/bin

for program in prometheus promtool prometheus-alertmanager amtool prometheus-node-exporter; do
  [ -x "$bin/$program" ] || { echo "record.sh: no $program in $bin: run .ci/reference-servers $servers first" >&2; exit 2; }
done

work=$(mktemp -d)
pids=()
finish() {
  status=$?
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [ "$status" -ne 0 ]; then
    echo "record.sh: failed; the last lines of each log:" >&2
    tail -n 5 "$work"/*.log >&2 || true
    echo "record.sh: everything else is kept in $work" >&2
  else
    rm -rf "$work"
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# start NAME COMMAND...: in the background, its output in NAME.log
start() {
  local name=$1
  shift
  "$@" >"$work/$name.log" 2>&1 </dev/null &
  pids+=($!)
}

# ready NAME PORT PATH: waits up to ten seconds for a 200
ready() {
  for _ in $(seq 100); do
    if python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=1)' "http://127.0.0.1:$2$3" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  echo "record.sh: $1 did not come up on port $2" >&2
  return 1
}

alertmanager() { # NAME PORT
  start "$1" "$bin/prometheus-alertmanager" --config.file="$work/alertmanager.yml" --storage.path="$work/$1" \
    --web.listen-address="127.0.0.1:$2" --web.external-url=http://alertmanager.shop.example --web.route-prefix=/ \
    --cluster.listen-address= --log.level=warn
  ready "$1" "$2" /-/ready
}

# count RECORDING EXPECTED: counts with the help of an Alertmanager that knows nothing yet
count() {
  alertmanager probe "$probe_port"
  python3 "$here/count.py" --recording "$1" --probe "http://127.0.0.1:$probe_port" --probes "$work/probes.jsonl" --out "$2"
}

mkdir -p "$work/recording" "$work/textfile"
cp "$here/rules.yml" "$work/rules.yml"
for name in prometheus.yml alertmanager.yml; do
  sed -e '1d' -e "s/@SINK@/$sink_port/g" "$here/$name" >"$work/$name"
done
"$bin/promtool" check config "$work/prometheus.yml" >"$work/promtool.log"
"$bin/amtool" check-config "$work/alertmanager.yml" >"$work/amtool.log"

if [ -n "$count_only" ]; then
  count "$out/recording" "$work/expected.json"
  diff -u "$out/expected.json" "$work/expected.json"
  echo "record.sh: $out/expected.json is what the recording holds"
  exit 0
fi

started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
start exporter "$bin/prometheus-node-exporter" --web.listen-address="127.0.0.1:$exporter_port" --collector.disable-defaults \
  --collector.loadavg --collector.meminfo --collector.textfile --collector.textfile.directory="$work/textfile"
ready exporter "$exporter_port" /metrics
alertmanager alertmanager "$alertmanager_port"
start sink python3 "$here/sink.py" --port "$sink_port" --alertmanager "http://127.0.0.1:$alertmanager_port" \
  --exporter "http://127.0.0.1:$exporter_port" --rules "$work/rules.yml" --out "$work/recording"
ready sink "$sink_port" /ready
start prometheus "$bin/prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
  --web.listen-address="127.0.0.1:$prometheus_port" --web.external-url=http://prometheus.shop.example --web.route-prefix=/ \
  --rules.alert.resend-delay=15s --log.level=warn
ready prometheus "$prometheus_port" /-/ready

echo "record.sh: everything is up, the scenario takes six minutes"
python3 "$here/scenario.py" --sink "http://127.0.0.1:$sink_port" --textfile "$work/textfile/shop.prom"

# Stop what writes before counting, so that the files are whole.
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
pids=()

count "$work/recording" "$work/expected.json"

version() { "$bin/$1" --version 2>&1 | head -n 1 | sed -E 's/.*version ([^ ]+).*/\1/'; }
cp "$work/rules.yml" "$work/prometheus.yml" "$work/alertmanager.yml" "$work/probes.jsonl" "$work/recording/"
cat >"$work/recording/about.json" <<JSON
{
  "recorded": "$started",
  "command": "tests/data/record.sh",
  "prometheus": "$(version prometheus)",
  "alertmanager": "$(version prometheus-alertmanager)",
  "node_exporter": "$(version prometheus-node-exporter)"
}
JSON

bytes=$(cat "$work/recording"/* "$work/expected.json" | wc -c)
[ "$bytes" -lt 1000000 ] || { echo "record.sh: the recording has $bytes bytes, it must stay under 1,000,000" >&2; exit 1; }
mkdir -p "$out"
rm -rf "$out/recording"
cp -r "$work/recording" "$out/recording"
cp "$work/expected.json" "$out/expected.json"
wc -lc "$out"/recording/* "$out/expected.json"
