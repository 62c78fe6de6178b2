"""Words that the Hub knows beside licences, languages and pipeline tags: metrics, tags and tasks of old."""

from __future__ import annotations

_METRICS = """
accuracy bertscore bleu bleurt brier_score cer character charcut_mt chrf code_eval comet competition_math coval
cuad exact_match f1 frugalscore glue google_bleu indic_glue mae mahalanobis mape mase matthews_correlation mauve
mcc mean_iou mean_reward meteor mse nist_mt pearsonr perplexity poseval precision r_squared recall rl_reliability
rmse roc_auc rouge rouge1 rouge2 rougeL rougeLsum sacrebleu sari seqeval smape spearmanr squad squad_v2  super_glue
ter trec_eval wer wiki_split xnli xtreme_s loss ndcg map mrr cosine_accuracy cosine_spearman  cosine_pearson
cosine_ap cosine_f1 mAP map@50 iou dice fid inception_score clip_score psnr ssim lpips  pass@1 pass@10 der mos eer
r2 mean_absolute_error mean_squared_error bits_per_byte
"""
_LEGACY_TASKS = """
text2text-generation conversational speech-segmentation structured-data-classification code-generation
dialogue-generation multiple-choice natural-language-inference image-captioning named-entity-recognition
language-modeling text-generation-inference speech-recognition
"""
_TAGS = """
int8 int4 fp8 fp16 fp32 bf16 8-bit 4-bit quantized quantization dynamic static compressed pruned pruning sparse onnx
onnxruntime pytorch tensorflow tf jax flax safetensors transformers optimum openvino openvino-export
neural-compressor gguf ggml gptq awq bitsandbytes coreml tflite keras sentence-transformers diffusers peft lora
distillation distilled finetune finetuned fine-tune fine-tuned exbert endpoints_compatible autotrain_compatible
region:us bert distilbert roberta distilroberta xlm-roberta albert electra deberta deberta-v2 bart distilbart mbart t5
mt5 gpt2 gpt_neo gptj llama mistral mixtral gemma qwen2 phi falcon bloom opt marian pegasus longformer mpnet minilm
camembert mobilebert squeezebert funnel whisper wav2vec2 hubert vit deit swin resnet convnext clip yolos segformer text
sentiment sentiment-analysis summarizer benchmark generated_from_trainer model_hub_mixin
"""

METRICS: frozenset[str] = frozenset(_METRICS.split())
"""Types of metrics: those of the `evaluate` library, and what model cards commonly list beside them."""

LEGACY_TASKS: frozenset[str] = frozenset(_LEGACY_TASKS.split())
"""Task types that older model-index blocks hold and that the Hub still takes."""

TAGS: frozenset[str] = frozenset(_TAGS.split())
"""Tags that many repositories share, so that people find models by them."""
