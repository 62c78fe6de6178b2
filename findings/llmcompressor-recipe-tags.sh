#!/usr/bin/env bash
# The recipe.yaml that LLM Compressor saves beside a model cannot be read by a safe YAML loader where it has config_groups.
#
# llmcompressor 0.14.0.1, compressed-tensors 0.19.0, transformers 5.17.0, torch 2.13.0, pyyaml 6.0.3, Python 3.11. Of a
# preset (scheme="W8A8") the recipe holds names and numbers; of config_groups, the other way to say the same, it holds
# `!!python/object/apply:compressed_tensors.quantization.quant_args.QuantizationType` in the place of `int`. Seen:
# "preset: read, W8A8; config_groups: ConstructorError, and its type is no plain text". Who reads recipes of repositories
# has to know that tag as a text. Fails where that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet torch==2.13.0 llmcompressor==0.14.0.1 compressed-tensors==0.19.0 \
  transformers==5.17.0 pyyaml==6.0.3
cd "$folder"
cat > recipes.py <<'PYTHON'
import sys
import torch
import yaml
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from llmcompressor import oneshot
from llmcompressor.modifiers.quantization import QuantizationModifier
from transformers import LlamaConfig, LlamaForCausalLM

weights = QuantizationArgs(num_bits=4, strategy="group", group_size=32)
groups = {"linear": QuantizationScheme(targets=["Linear"], weights=weights)}
recipes = {
    "preset": QuantizationModifier(targets="Linear", scheme="W8A8", ignore=["lm_head"]),
    "config_groups": QuantizationModifier(config_groups=groups, ignore=["lm_head"]),
}
config = LlamaConfig(
    vocab_size=96, hidden_size=64, intermediate_size=128, num_hidden_layers=1, num_attention_heads=2
)
seen = {}
for name, recipe in recipes.items():
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(f"{name}-float")
    model = LlamaForCausalLM.from_pretrained(f"{name}-float")
    oneshot(model=model, recipe=recipe)
    model.save_pretrained(name, save_compressed=True)
    with open(f"{name}/recipe.yaml", encoding="utf-8") as file:
        text = file.read()
    try:
        read = yaml.safe_load(text)["default_stage"]["default_modifiers"]["QuantizationModifier"]
        seen[name] = f"read, {read['scheme']}"
    except yaml.constructor.ConstructorError as error:
        tagged = "QuantizationType" in str(error)
        seen[name] = f"{type(error).__name__}, and its type is {'no plain text' if tagged else 'not what it is about'}"
print("; ".join(f"{name}: {what}" for name, what in seen.items()))
if seen != {"preset": "read, W8A8", "config_groups": "ConstructorError, and its type is no plain text"}:
    sys.exit("expected that only the preset's recipe is read")
PYTHON
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" recipes.py 2>/dev/null
echo "all as stated"
