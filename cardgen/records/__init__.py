"""What was observed: records, evidence, and the store that keeps them.

A new kind of step brings its request (``request.py``) and its result (a file in ``results/``).
"""
