#!/usr/bin/env bash
# `pip install "optimum[neural-compressor]"` succeeds and brings nothing that loads an INT8 model of Neural Compressor.
#
# optimum 2.3.0, optimum-intel 2.2.0 and 1.27.0. optimum's extra asks for `optimum-intel[neural-compressor]>=1.23.0`, of
# which pip picks the newest, and since 2.0.0 optimum-intel has neither that extra nor a class whose name begins with INC.
# Seen: "optimum 2.3.0 asks for optimum-intel[neural-compressor]", "optimum-intel 1.27.0: 1 extra of that name, 11 modules
# with a class that begins with INC", "optimum-intel 2.2.0: 0 extra …, 0 modules …". Fails where one is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip "$@"; }
get() { pip download --quiet --no-deps --dest "$folder/$1" "$1==$2" && (cd "$folder/$1" && python3 -m zipfile -e ./*.whl "$folder/$1-$2"); }

get optimum 2.3.0
asked='Requires-Dist: optimum-intel\[neural-compressor\].*extra == "neural-compressor"'
grep -q "$asked" "$folder"/optimum-2.3.0/*.dist-info/METADATA || { echo "optimum 2.3.0 asks for something else"; exit 1; }
echo "optimum 2.3.0 asks for optimum-intel[neural-compressor]"

for version in 1.27.0 2.2.0; do
    rm -rf "$folder/optimum-intel"
    get optimum-intel "$version"
    found=$({ grep -rlE "^class INC" "$folder/optimum-intel-$version" || true; } | wc -l)
    extra=$(grep -c "^Provides-Extra: neural-compressor" "$folder/optimum-intel-$version"/*.dist-info/METADATA || true)
    echo "optimum-intel $version: $extra extra of that name, $found modules with a class that begins with INC"
    if [ "$version $extra" != "1.27.0 1" ] && [ "$version $extra $found" != "2.2.0 0 0" ]; then exit 1; fi
    if [ "$version" = 1.27.0 ] && [ "$found" = 0 ]; then exit 1; fi
done
echo "all as stated"
