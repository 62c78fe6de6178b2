#!/bin/sh
# What lm-eval writes of a tiny model on the tasks of tasks/: sh lm_eval.sh MODEL FOLDER
# lm-eval 0.4.13, torch 2.13.0, transformers 5.24.0. MODEL is what ../../weights/inspect/scripts/base.py writes.
set -eu
model=$(realpath "$1")
out=$(realpath "$2")
cd "$(dirname "$0")/tasks"
run() {
  name=$1
  shift
  HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 lm_eval --model hf --model_args "pretrained=$model,dtype=float32" --device cpu \
    --include_path . --batch_size 4 --output_path "$out/$name.json" "$@"
}
run whole --tasks both,words
run limited --tasks colours --limit 5 --num_fewshot 0
echo '{% for message in messages %}{{ message.content }} {% endfor %}' > "$model/chat_template.jinja"
run chat --tasks colours --apply_chat_template --fewshot_as_multiturn true
