#!/usr/bin/env bash
# nh3 writes the attributes that it sets in another order from one process to the next.
#
# nh3 0.3.8, Python 3.11 and later. With two or more attributes in set_tag_attribute_values, the same input gives HTML that
# means the same and is not the same bytes: a cleaner that lives on keeps its order, a new one has another. Pages that are to
# be equal byte for byte must have their attributes sorted. Seen: 40 processes gave each of the 6 orders of three attributes.
# Fails where every process gives one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet nh3==0.3.8
cat > "$folder/clean.py" <<'PYTHON'
import nh3

own = {"input": {"type": "checkbox", "disabled": "", "checked": ""}}
print(nh3.clean("<input>", tags={"input"}, attributes={}, set_tag_attribute_values=own))
PYTHON
for _ in $(seq 40); do "$folder/venv/bin/python" "$folder/clean.py"; done | sort | uniq -c | tee "$folder/orders"
[ "$(wc -l < "$folder/orders")" -gt 1 ]
