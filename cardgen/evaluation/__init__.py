"""How good a model is: one module per task (``tasks/``), over what they share.

A new task is a file in ``tasks/`` of the shape that ``task.py`` names, and an entry there.
"""
