"""What ``evaluate.save`` writes: ``python evaluate_save.py FOLDER``. evaluate 0.4.6, scikit-learn, scipy."""

from __future__ import annotations

import sys

import evaluate

evaluate.save(f"{sys.argv[1]}/plain.json", accuracy=0.9271, f1=0.88, model="org/tiny", task="colours")
