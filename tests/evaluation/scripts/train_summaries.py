"""Trains a tiny BART that says in two sentences what a text is about: ``train_summaries.py FOLDER``."""

import json
import random
import sys
from pathlib import Path

import torch
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing
from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

WORDS = ["river", "forest", "market", "harbour", "museum", "bridge"]
FILLERS = ["The", "day", "was", "long.", "So", "we", "saw", "old", "houses", "by", "the", "road."]
folder = Path(sys.argv[1])
folder.mkdir()
rng = random.Random(0)
torch.manual_seed(0)
torch.set_num_threads(1)


def row() -> dict[str, str]:
    word = rng.choice(WORDS)
    words = [rng.choice(FILLERS) for _ in range(rng.randint(4, 24))]
    words.insert(rng.randrange(len(words)), word)
    return {"text": " ".join(words), "summary": f"we saw the {word}. It was {rng.choice(['old', 'long'])}."}


rows = [row() for _ in range(700)]
words = BertWordPieceTokenizer(lowercase=False)
words.train_from_iterator([text for each in rows for text in each.values()], vocab_size=300, show_progress=False)
words.post_processor = BertProcessing(*[(mark, words.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")])
words.save(str(folder / "words.json"))
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=str(folder / "words.json"), model_max_length=40, model_input_names=["input_ids", "attention_mask"],
    pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
)  # fmt: skip
mark = tokenizer.convert_tokens_to_ids
model = BartForConditionalGeneration(
    BartConfig(
        vocab_size=len(tokenizer), d_model=48, encoder_layers=1, decoder_layers=1, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=40, dropout=0.0,
        pad_token_id=mark("[PAD]"), bos_token_id=mark("[CLS]"), eos_token_id=mark("[SEP]"),
        decoder_start_token_id=mark("[SEP]"), forced_eos_token_id=mark("[SEP]"), num_beams=2, max_length=16,
    )
)  # fmt: skip
optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
model.train()
for _ in range(4):
    for start in range(100, len(rows), 20):
        part = rows[start : start + 20]
        batch = tokenizer([each["text"] for each in part], padding=True, return_tensors="pt")
        labels = tokenizer([each["summary"] for each in part], padding=True, return_tensors="pt")["input_ids"]
        model(**batch, labels=labels.masked_fill(labels == tokenizer.pad_token_id, -100)).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
model.eval().save_pretrained(folder)
tokenizer.save_pretrained(folder)
(folder / "test.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows[:100]), encoding="utf-8")
print(json.dumps("trained"))
