"""What a calibration's samples hold, of images and of lists of words in Parquet files: ``contents.py FOLDER``.

Prints the lines that are hashed, and the SHA-256 of each image beside them.
"""

import hashlib
import io
import json
import sys
from pathlib import Path

import datasets
import pyarrow
from PIL import Image
from pyarrow import parquet

from cardgen.evaluation.samples.calibration import content_lines
from cardgen.evaluation.samples.data import load_dataset
from cardgen.records.inputs import DatasetSlice, Source

folder = Path(sys.argv[1])
folder.mkdir()
LOCAL = DatasetSlice(source=Source(origin="local", sha256="0" * 64), format="parquet")
images = []
for colour in range(3):
    stream = io.BytesIO()
    Image.new("RGB", (2, 2), (colour, 0, 0)).save(stream, "PNG")
    images.append(stream.getvalue())


def lines(columns: dict[str, str], name: str, **values: list[object]) -> tuple[str, ...]:
    file = folder / f"{name}.parquet"
    parquet.write_table(pyarrow.table(values), file)
    return content_lines(load_dataset(LOCAL, file).select([2, 0]), columns)


pictures = datasets.Dataset.from_dict({"picture": [{"bytes": each, "path": None} for each in images]})
pictures.cast_column("picture", datasets.Image()).to_parquet(str(folder / "feature.parquet"))
found = {
    "images": lines({"image": "picture"}, "bytes", picture=list(images), label=[0, 1, 2]),
    "feature": content_lines(load_dataset(LOCAL, folder / "feature.parquet").select([2, 0]), {"image": "picture"}),
    "words": lines({"text": "words"}, "words", words=[["a", "b"], [], ["c"]]),
    "sha256": [hashlib.sha256(each).hexdigest() for each in images],
}
print(json.dumps(found))
