"""Who quantizes and runs models: one folder per backend, imported only inside a worker.

A new backend is a folder of the shape that ``registry.py`` names, and an entry there.
"""
