"""What a results file of an evaluation tool says: no library of the field is imported, and nothing is guessed.

One file a tool: it recognises a file that the tool wrote, and takes from it the fields that it knows, by their names.
Nothing else of the file is told, since such files hold paths, hosts and names of users. A new tool is a module here
with ``recognises`` and ``read``, and an entry in ``entry.py``.
"""
