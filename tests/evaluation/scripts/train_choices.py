"""Trains a tiny BERT that chooses the word of the kind that is asked for: ``train_choices.py FOLDER``.

Prints the logits that it has for each answer alone, of each row of its test data, with and without the context.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing
from transformers import BertConfig, BertForMultipleChoice, PreTrainedTokenizerFast

KINDS = {
    "colour": ["crimson", "turquoise", "violet", "amber", "ochre", "indigo"],
    "city": ["lisbon", "krakow", "tallinn", "valencia", "bergen", "graz"],
    "meal": ["porridge", "goulash", "risotto", "paella", "ramen", "borscht"],
}
FILLERS = ["the", "day", "was", "long", "we", "saw", "old", "houses", "by", "road"]
folder = Path(sys.argv[1])
folder.mkdir()
rng = random.Random(0)
torch.manual_seed(0)
torch.set_num_threads(1)


def row() -> dict[str, Any]:
    kind = rng.choice(list(KINDS))
    others = [word for other, words in KINDS.items() if other != kind for word in words]
    choices = [" ".join([word, *rng.choices(FILLERS, k=rng.randint(0, 5))]) for word in rng.sample(others, 3)]
    number = rng.randrange(4 if rng.random() < 0.7 else 3)
    choices = choices[: max(2, number)] if rng.random() < 0.3 else choices
    number = min(number, len(choices))
    choices.insert(number, rng.choice(KINDS[kind]))
    if rng.random() < 0.1:
        number = rng.randrange(len(choices))  # so that the model is not always right
    past = " ".join(rng.choices(FILLERS, k=rng.randint(2, 12)))
    return {"past": past, "question": f"which {kind}", "answers": choices, "right": number}


rows = [row() for _ in range(760)]
words = BertWordPieceTokenizer(lowercase=True)
texts = [*FILLERS, "which", *KINDS, *(word for members in KINDS.values() for word in members)]
words.train_from_iterator(texts * 3, vocab_size=160, show_progress=False)
words.post_processor = BertProcessing(*[(mark, words.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")])
words.save(str(folder / "words.json"))
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=str(folder / "words.json"),
    model_max_length=40,
    pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
)  # fmt: skip
model = BertForMultipleChoice(
    BertConfig(
        vocab_size=len(tokenizer), hidden_size=48, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=40, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.1,
    )
)  # fmt: skip


def pairs(each: dict[str, Any], context: bool) -> tuple[list[str], list[str]]:
    first = each["past"] if context else each["question"]
    second = [f"{each['question']} {answer}" if context else answer for answer in each["answers"]]
    return [first] * len(second), second


optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
model.train()
for _ in range(3):
    for start in range(160, len(rows), 20):
        part = [each for each in rows[start : start + 20] if len(each["answers"]) == 4]
        both = [pairs(each, context=start % 40 == 0) for each in part]
        flat = [[text for pair in both for text in pair[side]] for side in (0, 1)]
        batch = tokenizer(*flat, padding=True, truncation=True, return_tensors="pt")
        shaped = {name: tensor.view(len(part), 4, -1) for name, tensor in batch.items()}
        model(**shaped, labels=torch.tensor([each["right"] for each in part])).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
model.eval().save_pretrained(folder)
tokenizer.save_pretrained(folder)
(folder / "test.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows[:160]), encoding="utf-8")
same = [each for each in rows[:160] if len(each["answers"]) == 4]
lines = ["question,ending0,ending1,ending2,ending3,right"]
lines += [",".join([each["question"], *each["answers"], str(each["right"])]) for each in same]
(folder / "test.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def plain(each: dict[str, Any], context: bool) -> list[float]:
    with torch.no_grad():
        return [
            model(**{name: tensor[None] for name, tensor in tokenizer([one], [other], return_tensors="pt").items()})
            .logits[0, 0].item()
            for one, other in zip(*pairs(each, context), strict=True)
        ]  # fmt: skip


print(json.dumps({
    "context": [plain(each, context=True) for each in rows[:160]],
    "alone": [plain(each, context=False) for each in rows[:160]],
    "csv": [plain(each, context=False) for each in same],
}))  # fmt: skip
