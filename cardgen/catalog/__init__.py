"""What exists: backends, tasks, metrics, licences, known models and libraries, described without importing any of them.

What is new is an entry in the table of its file; generated tables stand in ``data/``, and locks in ``locks/``.
"""
