"""A manifest and what its names resolved to → ordered steps with fingerprints. Pure: no file, network or clock.

A new kind of step is a function in ``requests.py``, and its version, place and needs in ``steps.py``.
"""
