"""Images as arrays of pixels, made when a batch is asked for: all of them at once would not fit into memory.

They are read as transformers' ``pipeline`` reads them: turned as their EXIF data say, and with three colours.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.samples.data import check_column

if TYPE_CHECKING:
    from cardgen.evaluation.task import Batch

_NAMES = "names of image files are not taken, since what these hold could change unseen"
_INSIDE = (
    "Name a Parquet file whose column holds the bytes of each image; with pandas: "
    '`table["image"] = [Path(name).read_bytes() for name in table["image"]]`, then `table.to_parquet(…)`.'
)
_BYTES = ("binary", "large_binary")


@dataclass(frozen=True)
class ImageRows:
    """Images; see :class:`cardgen.evaluation.task.Rows`."""

    images: Any
    """A ``datasets.Dataset`` whose images are not decoded: ``{bytes, path}``."""
    column: str
    processor: Any
    """A ``transformers.BaseImageProcessor``."""

    @property
    def lengths(self) -> Sequence[int]:
        """All the same: a processor makes images one size."""
        return [1] * len(self.images)

    @property
    def truncated(self) -> int:
        """None: what a processor crops is no fault of an image."""
        return 0

    def batch(self, rows: Sequence[int]) -> Batch:
        """The pixels of some images, as the model takes them.

        Raises:
            StepError: if an image cannot be read, or the processor leaves them at different sizes.
        """
        images = [self._image(row) for row in rows]
        try:
            pixels = self.processor(images, return_tensors="np")["pixel_values"]
        except ValueError as error:
            numbers = f"row {rows[0]}" if len(rows) == 1 else f"rows {', '.join(str(row) for row in rows)}"
            raise StepError(
                f"The image processor makes no batch of the images in {numbers}, counted from 0: "
                f"{str(error).splitlines()[0]}",
                remedy="If it leaves images at sizes of their own, set `batch_size: 1` under `evaluation` and "
                "`calibration`.",
            ) from error
        return {"pixel_values": np.asarray(pixels, np.float32)}

    def _image(self, row: int) -> Any:
        from datasets import Image
        from PIL import UnidentifiedImageError
        from PIL.Image import DecompressionBombError

        held = self.images[row][self.column]
        if held is None:
            raise _unreadable(row, "there is none (null)")
        try:
            return Image().decode_example(held).convert("RGB")
        except UnidentifiedImageError as error:  # which would print a place in memory
            raise _unreadable(row, "it is in no format that Pillow knows") from error
        except (OSError, ValueError, SyntaxError, EOFError, struct.error, DecompressionBombError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            raise _unreadable(row, why or str(error)) from error


def read_images(dataset: Any, column: str) -> Any:
    """The column of images, as :attr:`ImageRows.images` holds it; none is decoded.

    A local file has to hold the images themselves: what a manifest's data are known by is the content of that file, so
    that a change of other files which it names would go unseen.

    Raises:
        StepError: if there is no such column, it holds something else, or a local file only names images.
    """
    from datasets import Image
    from pyarrow import compute

    check_column(dataset, column, "image")
    feature = dataset.features[column]
    inner = feature.get("bytes") if isinstance(feature, dict) else feature
    if not isinstance(feature, Image) and getattr(inner, "dtype", None) not in _BYTES:
        raise StepError(f"Column `{column}` holds no images; {_NAMES}.", remedy=_INSIDE)
    images = dataset.select_columns([column]).cast_column(column, Image(decode=False))
    if dataset.info.builder_name is None:  # not by `datasets.load_dataset`, whose files are those of a commit
        missing = compute.struct_field(images.data.column(column), "bytes").null_count
        if missing:
            raise StepError(
                f"Column `{column}` holds no image in {missing} of {len(images.data)} rows; {_NAMES}.", remedy=_INSIDE
            )
    return images


def _unreadable(row: int, why: str) -> StepError:
    return StepError(
        f"The image in row {row}, counted from 0, cannot be read: {why}.",
        remedy="Mend the image, or take its row out of the data.",
    )
