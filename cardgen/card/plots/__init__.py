"""Plots of a card: evidence to SVG, the same bytes on any machine, without a library that draws.

Each kind of plot is a file that gathers its figures from the facts, lays them out and says them in words, for those who
do not see it; ``build`` decides which a card has. ``axis`` says where values lie, ``frame`` what stands around them,
``labels`` and ``text`` where words find room, and ``svg`` writes it all down. A new kind is such a file, a name in
``cardgen/catalog/plots.py`` and a case in ``build``.
"""
