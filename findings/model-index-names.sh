#!/usr/bin/env bash
# A model-index of two models is saved under the name of the last one.
#
# huggingface_hub 2.4.0, Python 3.11. ModelCard(text) reads the results of all entries of model-index as one list, and
# str(card), as card.save() writes it, has that list under one name, the last: the scores of the first model become those
# of the second. Where both have results on one dataset, they become one result with the metrics of both.
# Seen: "names: ['second']; values: [0.1, 0.2]". Fails where both names are kept.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet huggingface_hub==2.4.0
cat > "$folder/names.py" <<'PYTHON'
import yaml
from huggingface_hub import ModelCard

RESULT = """  results:
  - task: {type: fill-mask}
    dataset: {type: glue, name: GLUE}
    metrics: [{type: accuracy, value: %s}]
"""
text = "---\nmodel-index:\n- name: first\n" + RESULT % 0.1 + "- name: second\n" + RESULT % 0.2 + "---\n# Title\n"
index = yaml.safe_load(str(ModelCard(text)).split("---")[1])["model-index"]
names = [entry["name"] for entry in index]
values = [metric["value"] for entry in index for result in entry["results"] for metric in result["metrics"]]
print(f"names: {names}; values: {values}")
if names != ["second"] or values != [0.1, 0.2]:
    raise SystemExit("expected one entry, of the last name, with the values of both")
PYTHON
"$folder/venv/bin/python" "$folder/names.py"
echo "all as stated"
