"""Makes tiny models that write otherwise when they are asked otherwise, and says what each writes when asked rightly.

``make_writers.py FOLDER``: beside each model ``test.jsonl`` holds texts, and what transformers alone makes of them.
"""

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from tokenizers import SentencePieceBPETokenizer
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    GenerationConfig,
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    MBart50TokenizerFast,
    MBartConfig,
    MBartForConditionalGeneration,
    MBartTokenizerFast,
    NllbTokenizerFast,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

WORDS = ["river", "forest", "market", "bridge", "road", "house", "the", "a", "we", "saw", "old", "by", "to"]
MARKS = ["<s>", "<pad>", "</s>", "<unk>"]
SIDES = {
    "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32, "decoder_ffn_dim": 32, "d_model": 32, "max_position_embeddings": 64, "init_std": 0.6,
}  # fmt: skip
folder = Path(sys.argv[1])
folder.mkdir()
rng = random.Random(0)
torch.set_num_threads(1)
TEXTS = [" ".join(rng.choices(WORDS, k=rng.randint(3, 9))) for _ in range(24)] + ["Put your text here."]
words = SentencePieceBPETokenizer(unk_token="<unk>")
words.train_from_iterator(TEXTS, vocab_size=120, special_tokens=MARKS, show_progress=False)
words.save(str(folder / "words.json"))
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(TEXTS * 4), model_prefix=str(folder / "pieces"), vocab_size=60, hard_vocab_limit=False
)
pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "pieces.model"))
vocabulary = MARKS + [pieces.id_to_piece(number) for number in range(3, len(pieces))]


def seeded(make: Callable[..., Any], config: Any) -> Any:
    torch.manual_seed(1)
    return make(config).eval()


def ids(tokenizer: Any, start: str = "</s>") -> dict[str, int]:
    names = {"bos_token_id": "<s>", "pad_token_id": "<pad>", "eos_token_id": "</s>", "decoder_start_token_id": start}
    found = {name: tokenizer.convert_tokens_to_ids(token) for name, token in names.items()}
    return {"vocab_size": len(tokenizer) + 128, **found}  # M2M100 has tokens that it does not count


def save(name: str, model: Any, tokenizer: Any, prefix: str = "", **options: Any) -> None:
    """Save a model, and what it writes with ``prefix`` before each text and ``options`` of ``generate``."""
    with torch.no_grad():
        rows = []
        for text in TEXTS:
            inputs = tokenizer(prefix + text, return_tensors="pt")
            inputs.pop("token_type_ids", None)
            written = tokenizer.decode(model.generate(**inputs, **options)[0], skip_special_tokens=True)
            rows.append({"text": text, "translation": written.strip(), "summary": written.strip()})
    model.save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
    (folder / name / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def spoil(name: str, file: str, **changes: Any) -> None:
    """Change a file of a model, once it is saved."""
    path = folder / name / file
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = {key: value for key, value in {**content, **changes}.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")


plain = PreTrainedTokenizerFast(
    tokenizer_file=str(folder / "words.json"), bos_token="<s>", pad_token="<pad>", eos_token="</s>",
    unk_token="<unk>", model_max_length=60, model_input_names=["input_ids", "attention_mask"],
)  # fmt: skip

# T5: the prefix, the beams and the lengths stand in config.json, by task.
t5 = seeded(
    T5ForConditionalGeneration,
    T5Config(
        **{**ids(plain, "<pad>"), "bos_token_id": None}, d_model=32, d_kv=8, d_ff=48, num_layers=1, num_heads=2,
        initializer_factor=2.0,
    ),
)  # fmt: skip
beams = {"num_beams": 3, "length_penalty": 0.4, "early_stopping": True, "no_repeat_ngram_size": 2}
told = {**beams, "max_length": 26, "min_length": 6}
save("t5", t5, plain, "translate house to river: ", **told)
other = {"num_beams": 2, "max_length": 9, "prefix": "summarize: "}
params = {
    "summarization": other,
    "translation_en_to_de": {**told, "prefix": "translate house to river: "},
    "translation_en_to_fr": {**told, "prefix": "translate house to forest: "},
}
spoil("t5", "config.json", task_specific_params=params)

# BART: all of it stands in generation_config.json, and config.json says otherwise.
bart = seeded(BartForConditionalGeneration, BartConfig(**SIDES, **ids(plain), forced_eos_token_id=None))
save("bart", bart, plain, " ", num_beams=2, max_length=14, min_length=5, no_repeat_ngram_size=3)
GenerationConfig(
    **{name: value for name, value in ids(plain).items() if name != "vocab_size"},
    num_beams=2, max_length=14, min_length=5, no_repeat_ngram_size=3,
).save_pretrained(folder / "bart")  # fmt: skip
spoil("bart", "config.json", prefix=" ", num_beams=1, max_length=7, min_length=0)

# Models of many languages: each is told by its first token or by what stands before the text.
numbers = {token: number for number, token in enumerate(vocabulary)}
(folder / "vocab.json").write_text(json.dumps(numbers), encoding="utf-8")
files = str(folder / "vocab.json"), str(folder / "pieces.model")
marks = list(M2M100Tokenizer(*files).lang_code_to_token.values())
m2m = M2M100Tokenizer(*files, src_lang="fr", tgt_lang="de", additional_special_tokens=marks)
model = seeded(M2M100ForConditionalGeneration, M2M100Config(**SIDES, **ids(m2m)))
save("m2m100", model, m2m, forced_bos_token_id=m2m.get_lang_id("de"), max_length=12)
nllb = NllbTokenizerFast(tokenizer_file=str(folder / "words.json"), src_lang="fra_Latn", tgt_lang="deu_Latn")
model = seeded(M2M100ForConditionalGeneration, M2M100Config(**SIDES, **ids(nllb)))
save("nllb", model, nllb, forced_bos_token_id=nllb.convert_tokens_to_ids("deu_Latn"), max_length=12)
mbart50 = MBart50TokenizerFast(tokenizer_file=str(folder / "words.json"), src_lang="fr_XX", tgt_lang="de_DE")
model = seeded(MBartForConditionalGeneration, MBartConfig(**SIDES, **ids(mbart50), forced_eos_token_id=None))
save("mbart50", model, mbart50, forced_bos_token_id=mbart50.convert_tokens_to_ids("de_DE"), max_length=12)
mbart = MBartTokenizerFast(tokenizer_file=str(folder / "words.json"), src_lang="fr_XX", tgt_lang="de_DE")
model = seeded(MBartForConditionalGeneration, MBartConfig(**SIDES, **ids(mbart), forced_eos_token_id=None))
save("mbart", model, mbart, decoder_start_token_id=mbart.convert_tokens_to_ids("de_DE"), max_length=12)
for name in ("m2m100", "nllb", "mbart50", "mbart"):
    spoil(name, "tokenizer_config.json", src_lang=None, tgt_lang=None)
spoil("mbart", "config.json", decoder_start_token_id=None)
spoil("mbart", "generation_config.json", decoder_start_token_id=None)
marked = {token: number for number, token in enumerate([*vocabulary, ">>deu<<", ">>fra<<"])}
(folder / "marked.json").write_text(json.dumps(marked), encoding="utf-8")
marian = MarianTokenizer(
    source_spm=str(folder / "pieces.model"), target_spm=str(folder / "pieces.model"), vocab=str(folder / "marked.json"),
    source_lang="en", target_lang="mul", model_max_length=60,
)  # fmt: skip
model = seeded(MarianMTModel, MarianConfig(**SIDES, **{**ids(marian, "<pad>"), "bos_token_id": None}))
model.final_logits_bias[0, model.config.eos_token_id] = 12.0  # so that some of its texts end before they must
save("marian", model, marian, ">>deu<< ", max_length=12)
print(json.dumps({"texts": len(TEXTS)}))
