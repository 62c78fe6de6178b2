"""What is known: records joined by variant, and whether figures can be true together.

A new kind of fact is a field in ``joined.py``; a new contradiction between figures a function in ``consistency.py``.
"""
