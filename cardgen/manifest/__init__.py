"""What was asked: a manifest's types, read from YAML with the line of every value.

A new key is a field in ``model.py`` (or the file of its part); what must hold of it beyond its type is a rule in
``rules/``.
"""
