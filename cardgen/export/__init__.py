"""Evidence in other people's formats: one file or folder per format.

``subjects.py`` tells which models evidence speaks of, and ``figures.py`` what figures it holds of each, whoever
measured them; a format says all that in its own words, and lists what it has no place for. A new kind of result is a
function in ``figures.py``; a new format is an entry of :data:`cardgen.export.formats.FORMATS`, checked against its own
schema in ``tests/export/``.
"""
