#!/usr/bin/env bash
# Importing NumPy, PyArrow or ONNX Runtime starts threads, before anything is computed.
#
# numpy 2.4.6, pyarrow 21.0.0 and onnxruntime 1.31.1 on Linux x86-64, Python 3.11 and later. A process that has more than
# one thread cannot be forked safely, so that a server that forks workers must keep these from starting:
#   numpy        one thread of OpenBLAS for each further processor; OPENBLAS_NUM_THREADS=1 prevents it
#   pyarrow      one thread called jemalloc_bg_thd; ARROW_DEFAULT_MEMORY_POOL does not prevent it (neither `system` nor
#                `mimalloc`), JE_ARROW_MALLOC_CONF=background_thread:false does
#   onnxruntime  one thread of its telemetry, on Linux too; ORT_DISABLE_TELEMETRY=1 prevents it
# Seen, with two processors: "numpy: 1 thread(s) started at import", "pyarrow: 1 …", "onnxruntime: 1 …", and 0 of each with
# the variables. Fails where one of these is no longer so. With one processor NumPy has no further thread to start.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet numpy==2.4.6 pyarrow==21.0.0 onnxruntime==1.31.1
cat > "$folder/threads.py" <<'PYTHON'
import importlib, os, sys

def count():
    return len(os.listdir("/proc/self/task"))

for name in sys.argv[2:]:
    before = count()
    importlib.import_module(name)
names = sorted(open(f"/proc/self/task/{task}/comm").read().strip() for task in os.listdir("/proc/self/task"))
started = count() - before
print(f"{sys.argv[-1]}: {started} thread(s) started at import; all: {names}")
if (started > 0) != (sys.argv[1] == "starts"):
    sys.exit(f"expected that importing {sys.argv[-1]} {sys.argv[1]} threads")
PYTHON
run() { env "$@"; }
python="$folder/venv/bin/python"
unset OPENBLAS_NUM_THREADS OMP_NUM_THREADS ARROW_DEFAULT_MEMORY_POOL JE_ARROW_MALLOC_CONF ORT_DISABLE_TELEMETRY
if [ "$(nproc)" -gt 1 ]; then run "$python" "$folder/threads.py" starts numpy; fi
run OPENBLAS_NUM_THREADS=1 "$python" "$folder/threads.py" "starts no" numpy
export OPENBLAS_NUM_THREADS=1
run "$python" "$folder/threads.py" starts numpy pyarrow
run ARROW_DEFAULT_MEMORY_POOL=system "$python" "$folder/threads.py" starts numpy pyarrow
run ARROW_DEFAULT_MEMORY_POOL=mimalloc "$python" "$folder/threads.py" starts numpy pyarrow
run JE_ARROW_MALLOC_CONF=background_thread:false "$python" "$folder/threads.py" "starts no" numpy pyarrow
run "$python" "$folder/threads.py" starts numpy onnxruntime
run ORT_DISABLE_TELEMETRY=1 "$python" "$folder/threads.py" "starts no" numpy onnxruntime
echo "all as stated"
