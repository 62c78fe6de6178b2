"""What a quantized model is, read from headers and configurations alone: nothing of a file runs, and no weight is read.

``files.py`` says where files come from, ``tensors.py`` reads what a header lists, ``modules.py`` tells modules apart,
and ``formats/`` has one file a format. To add a format: a module there, and a line in ``formats/__init__.py``.
"""
