#!/bin/sh
# What optimum-benchmark writes of a tiny model: sh optimum_benchmark.sh MODEL FOLDER
# optimum-benchmark 0.6.0, hydra-core 1.3.2, setuptools below 81, torch 2.13.0, transformers 4.57. MODEL is what
# ../../weights/inspect/scripts/base.py writes, with PreTrainedTokenizerFast as the class of its tokenizer.
set -eu
model=$(realpath "$1")
out=$(realpath "$2")
cat > "$out/optimum.yaml" <<YAML
defaults: [benchmark, scenario: inference, launcher: process, backend: pytorch, _self_]
name: tiny
backend: {device: cpu, model: $model, task: text-generation, library: transformers}
scenario:
  {memory: true, latency: true, warmup_runs: 1, iterations: 3, duration: 0,
   input_shapes: {batch_size: 2, sequence_length: 8}, generate_kwargs: {max_new_tokens: 4, min_new_tokens: 4}}
hydra: {run: {dir: $out/optimum}, job: {chdir: true}}
YAML
HF_HUB_OFFLINE=1 optimum-benchmark --config-dir "$out" --config-name optimum
