"""Prints the predictions in the folder of an evaluation: ``stored.py FOLDER``."""

import json
import sys
from pathlib import Path

from pyarrow import parquet

print(json.dumps(parquet.read_table(Path(sys.argv[1]) / "predictions.parquet").to_pydict()))
