"""Reads questions with answers, pairs of texts, and images, many of them wrong in some way: ``read_samples.py FOLDER``.

Prints what came of each.
"""

import io
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from datasets import ClassLabel, Dataset, Features, Value
from datasets import Image as ImageFeature
from PIL import Image
from pyarrow import parquet
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, ViTImageProcessor

from cardgen.errors import StepError
from cardgen.evaluation.samples.data import load_dataset
from cardgen.evaluation.scoring.measured import score_of
from cardgen.evaluation.task import ModelFiles, Outcomes
from cardgen.evaluation.tasks import image_classification, multiple_choice, sentence_similarity
from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.request import MetricRequest, PredictRequest

folder = Path(sys.argv[1])
folder.mkdir()
LOCAL = Source(origin="local", sha256="0" * 64)
LENGTH = 12
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def saved(name: str, *, pads: bool = True, **files: Any) -> ModelFiles:
    """A model's folder without weights; words have the ids of their letters in the alphabet, past the marks."""
    place = folder / name
    place.mkdir()
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = Tokenizer(models.WordLevel({word: at for at, word in enumerate([*MARKS, *letters])}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    words.save(str(place / "words.json"))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(place / "words.json"), model_max_length=LENGTH, unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", **({"pad_token": "[PAD]"} if pads else {}),
    )  # fmt: skip
    tokenizer.save_pretrained(place)
    (place / "config.json").write_text(json.dumps({"model_type": "bert", "id2label": {"0": "no", "1": "yes"}}))
    for file, content in files.items():
        (place / f"{file}.json").write_text(json.dumps(content))
    return ModelFiles(place)


MODEL = saved("plain")
WITHOUT_PADDING = saved("unpadded", pads=False)
SENTENCES = saved("sentences", sentence_bert_config={"max_seq_length": 5, "do_lower_case": True})
PROMPTED = saved(
    "prompted", config_sentence_transformers={"prompts": {"query": "X y: ", "none": ""}, "default_prompt_name": "query"}
)
CHOICES: dict[str, Any] = {
    "text": ["a b", "c"], "choices": [["d", "e f"], ["g", "h", "i j k"]], "label": [1, 2], "past": ["x y", "z"]
}  # fmt: skip


def request(task: str, **columns: str) -> PredictRequest:
    return PredictRequest(
        backend="torch", task=task, data=DatasetSlice(source=LOCAL), columns=columns, batch_size=2
    )  # fmt: skip


def choices(data: dict[str, Any] | None = None, model: ModelFiles = MODEL, **columns: str) -> Any:
    asked = request("multiple-choice", **{"text": "text", "choices": "choices", "label": "label", **columns})
    reading = multiple_choice.read(Dataset.from_dict(data or CHOICES), asked, model)
    batch = reading.rows.batch(range(len(reading.expected)))
    shapes = {array.shape for array in batch.values()}
    tokens = [[model.tokenizer.decode(ids) for ids in each] for each in batch["input_ids"]]
    return {
        "expected": reading.expected,
        "shapes": [*shapes],
        "tokens": tokens,
        "lengths": reading.rows.lengths,
        "truncated": reading.rows.truncated,
        "owners": list(reading.owners),
    }


def answers(values: list[Any]) -> Any:
    return choices({**CHOICES, "choices": values})


def right(values: list[Any], kind: Any = None) -> Any:
    data = {**CHOICES, "label": values}
    dataset = Dataset.from_dict(data)
    if kind is not None:
        dataset = dataset.cast_column("label", kind)
    return multiple_choice.read_right(dataset, "label", "choices")


def numbered(*names: str, pattern: str = "ending*") -> Any:
    data = {name: [f"{name} one", f"{name} two"] for name in names}
    return multiple_choice.read_choices(Dataset.from_dict(data), pattern)


def long_choices() -> Any:
    """Of three questions the second has two answers that are cut."""
    data = {
        "text": ["a"] * 3,
        "choices": [["b", "c"], ["d " * 20, "e " * 20], ["f " * (LENGTH - 4), "g"]],
        "label": [0, 1, 0],
    }
    found = choices(data)
    return [found["truncated"], found["lengths"], multiple_choice.read_inputs(Dataset.from_dict(data), {
        "text": "text", "choices": "choices"}, MODEL).truncated]  # fmt: skip


PAIRS = {"one": ["A b", "c", "d " * 20], "other": [" e f ", "g " * 9, "h " * 20], "score": [0, 2.5, 5]}


def pairs(model: ModelFiles = MODEL, values: list[Any] | None = None, **changes: Any) -> Any:
    asked = request("sentence-similarity", text="one", text_pair="other", score="score")
    data = {**PAIRS, **changes, **({"score": values} if values else {})}
    reading = sentence_similarity.read(Dataset.from_dict(data), asked, model)
    inputs = sentence_similarity.read_inputs(Dataset.from_dict(data), {"text": "one", "text_pair": "other"}, model)
    return {
        "expected": reading.expected,
        "owners": list(reading.owners),
        "tokens": [model.tokenizer.decode(ids) for ids in reading.rows.inputs["input_ids"]],
        "inputs": [model.tokenizer.decode(ids) for ids in inputs.inputs["input_ids"]],
        "truncated": [reading.rows.truncated, inputs.truncated],
        "settings": dict(reading.settings),
    }


def correlation(expected: list[float], found: list[float]) -> Any:
    metric = MetricRequest(type="spearmanr")
    return score_of(sentence_similarity.measure(metric, Outcomes(expected, found))).value


def encoded(mode: str = "RGB", kind: str = "PNG", size: tuple[int, int] = (20, 12)) -> bytes:
    file = io.BytesIO()
    shades = np.random.default_rng(3).integers(0, 255, (size[1], size[0], 3), np.uint8)
    Image.fromarray(shades).convert(mode).save(file, kind)
    return file.getvalue()


def viewer(name: str, **options: Any) -> ModelFiles:
    model = saved(name)
    ViTImageProcessor(size={"height": 16, "width": 16}, **options).save_pretrained(model.folder)
    return model


VIEWER, UNSIZED = viewer("viewer"), viewer("unsized", do_resize=False)


def images(values: list[Any], feature: Any = None, model: ModelFiles = VIEWER, rows: int | None = None) -> Any:
    features = Features({"image": feature or Value("binary"), "label": Value("string")})
    data = {"image": values, "label": ["no", "yes"][: len(values)]}
    return viewed(Dataset.from_dict(data, features=features), model, rows)


def viewed(dataset: Any, model: ModelFiles = VIEWER, rows: int | None = None, column: str = "image") -> Any:
    reading = image_classification.read(dataset, request("image-classification", image=column, label="label"), model)
    batch = reading.rows.batch(range(rows or len(reading.expected)))
    return [list(batch["pixel_values"].shape), str(batch["pixel_values"].dtype), reading.expected, list(reading.owners)]


def named_in_parquet() -> Any:
    """As datasets writes images that it was given by name: the file holds the names alone."""
    (folder / "a.png").write_bytes(encoded())
    held = pyarrow.array([{"bytes": None, "path": str(folder / "a.png")}] * 2,
                         pyarrow.struct({"bytes": pyarrow.binary(), "path": pyarrow.string()}))  # fmt: skip
    features = Features({"image": ImageFeature(), "label": Value("string")})
    table = pyarrow.table({"image": held, "label": ["no", "yes"]}).replace_schema_metadata(
        features.arrow_schema.metadata
    )
    parquet.write_table(table, folder / "named.parquet")
    return viewed(load_dataset(DatasetSlice(source=LOCAL, format="parquet"), folder / "named.parquet"))


def from_the_hub() -> Any:
    """A folder of that name in the working directory stands for the dataset; its images are files."""
    for name in ("no", "yes"):
        place = Path("owner/images/train") / name
        place.mkdir(parents=True)
        (place / "one.png").write_bytes(encoded())
    hub = DatasetSlice(source=Source(origin="hub", id="owner/images", commit="0" * 40), split="train")
    return viewed(load_dataset(hub, None))


def damaged() -> Any:
    """Images with bytes changed at random: each is read, or told to be unreadable."""
    rng = random.Random(5)
    told = 0
    for turn in range(120):
        content = bytearray(encoded(kind=["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"][turn % 6]))
        for _ in range(rng.randint(1, 12)):
            content[rng.randrange(min(len(content), 120))] = rng.randrange(256)
        try:
            images([encoded(), bytes(content)])
        except StepError as error:
            told += error.message.startswith("The image in row 1, counted from 0, cannot be read: ")
            told -= 1000 * (" at 0x" in error.message)  # a place in memory
    return told > 30


def named_by_number() -> Any:
    data = {"label": [1, 4], "choices": [["a", "b"], ["a"] * 4]}
    return multiple_choice.read_right(Dataset.from_dict(data), "label", "choices")


MODES = ["L", "RGBA", "P", "1", "CMYK", "I"]
NAMED_LABELS = ClassLabel(names=["A", "B", "C"])
CASES: dict[str, Callable[[], Any]] = {
    "choices": choices,
    "choices_after_context": lambda: choices(context="past")["tokens"],
    "numbered": lambda: numbered("ending10", "ending2", "ending", "endings1", "ending1"),
    "digits": lambda: right(["0", " 2"]),
    "class_label": lambda: right([0, 2], NAMED_LABELS),
    "long_choices": long_choices,
    "no_numbered": lambda: numbered("ending0", "ending1", pattern="endings*"),
    "one_numbered": lambda: numbered("ending0", "label"),
    "null_numbered": lambda: multiple_choice.read_choices(Dataset.from_dict({"e0": ["a"], "e1": [None]}), "e*"),
    "no_column": lambda: choices(choices="choice"),
    "text_for_choices": lambda: choices(choices="text"),
    "one_choice": lambda: answers([["a"], ["b", "c", "d"]]),
    "null_choice": lambda: answers([["a", "b"], ["b", None, "d"]]),
    "letters": lambda: right(["A", "1"]),
    "hidden": lambda: right([-1, 1]),
    "hidden_text": lambda: right(["", "1"]),
    "past_the_end": named_by_number,
    "fractions": lambda: right([0.0, 1.0]),
    "unpadded": lambda: choices(model=WITHOUT_PADDING),
    "pairs": pairs,
    "pairs_cut": lambda: pairs(SENTENCES),
    "pairs_prompted": lambda: pairs(PROMPTED),
    "score_text": lambda: pairs(values=["0", "-2.5", "1e1"])["expected"],
    "score_null": lambda: pairs(values=[1, None, 2]),
    "score_nan": lambda: pairs(values=[1.0, float("nan"), 2.0]),
    "score_words": lambda: pairs(values=["1", "high", "nan"]),
    "score_bool": lambda: pairs(values=[True, False, True]),
    "pair_null": lambda: pairs(other=["a", None, "b"]),
    "constant": lambda: correlation([1.0, 2.0, 3.0], [0.5, 0.5, 0.5]),
    "images": lambda: images([encoded(), encoded(size=(9, 30))]),
    "image_struct": lambda: images([{"bytes": encoded()}] * 2, {"bytes": Value("binary")}),
    "image_feature": lambda: images([{"bytes": encoded(), "path": "gone.png"}] * 2, ImageFeature()),
    "image_modes": lambda: [images([encoded(mode, "TIFF")] * 2)[0] for mode in MODES],
    "image_hub": from_the_hub,
    "image_names": lambda: images(["a.png", "b.png"], Value("string")),
    "image_named_in_parquet": named_in_parquet,
    "image_null": lambda: images([encoded(), None]),
    "image_pixels": lambda: images([[1, 2], [3, 4]], [Value("int64")]),
    "image_column": lambda: viewed(Dataset.from_dict({"images": [b""], "label": ["no"]})),
    "image_broken": lambda: images([encoded(), b"no image"]),
    "image_cut": lambda: images([encoded(), encoded(size=(90, 90))[:600]]),
    "image_damaged": damaged,
    "image_sizes": lambda: images([encoded(), encoded(size=(9, 30))], model=UNSIZED),
    "image_sizes_alone": lambda: images([encoded(), encoded(size=(9, 30))], model=UNSIZED, rows=1)[0],
    "image_processor": lambda: images([encoded()] * 2, model=MODEL),
}
outcomes = {}
for case, run in CASES.items():
    try:
        outcomes[case] = {"value": run()}
    except StepError as error:
        outcomes[case] = {"message": error.message, "remedy": error.remedy}
print(json.dumps(outcomes, default=repr))
