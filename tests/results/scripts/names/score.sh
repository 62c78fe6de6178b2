#!/bin/sh
# Scores all of them by lm-eval 0.4.13, with torch 2.13.0, transformers 5.24.0, gguf 0.19.0 and compressed-tensors
# 0.19.0: sh score.sh FOLDER. It is run there, so that the results name no place of the machine; what describes the
# machine is taken out of them.
set -eu
cd "$1"
run() {
  name=$1
  shift
  HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 lm_eval --model hf --model_args "$*,dtype=float32" --device cpu \
    --include_path tasks --tasks names_end,names_text --batch_size 8 --output_path "results/$name.json"
  python - results/"$name"_*.json "results/$name.json" <<'END'
import json, pathlib, sys
written, kept = map(pathlib.Path, sys.argv[1:])
content = json.loads(written.read_text(encoding="utf-8"))
for key in ("pretty_env_info", "git_hash"):
    del content[key]
kept.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
written.unlink()
END
}
mkdir -p results
run bf16 pretrained=names-bf16
run w4a16 pretrained=names-w4a16
for kind in Q8_0 Q4_0; do
  run "gguf-$kind" "pretrained=names-gguf,gguf_file=names-$kind.gguf,tokenizer=names-bf16"
done
