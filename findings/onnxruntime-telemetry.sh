#!/usr/bin/env bash
# ONNX Runtime looks up its maker's telemetry collector 8 to 9 seconds after it is imported, on Linux too, and its own
# `disable_telemetry_events()` does not keep it from that: the environment variable ORT_DISABLE_TELEMETRY=1 does.
#
# onnxruntime 1.31.1 on Linux x86-64, Python 3.11, seen by strace. Seen: "nothing said: looked up", "disabled by its API:
# looked up", "disabled by the variable: silent". Fails where one of these is no longer so. Where a process ends before
# that time, nothing is looked up. Needs strace.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet onnxruntime==1.31.1
unset ORT_DISABLE_TELEMETRY
expect() { # what, expected, code, variables…
    local what=$1 expected=$2 code=$3
    shift 3
    env "$@" strace --follow-forks --quiet=all -e trace=openat -o "$folder/calls" \
        "$folder/venv/bin/python" -c "import onnxruntime, time; $code; time.sleep(15)" 2>/dev/null
    local seen=silent
    if grep -q '"/etc/resolv.conf"' "$folder/calls"; then seen="looked up"; fi
    echo "$what: $seen"
    [ "$seen" = "$expected" ] || { echo "expected: $expected" >&2; exit 1; }
}
expect "nothing said" "looked up" "pass"
expect "disabled by its API" "looked up" "onnxruntime.disable_telemetry_events()"
expect "disabled by the variable" "silent" "pass" ORT_DISABLE_TELEMETRY=1
