"""Static pages that show cards as the Hub would, and what changed in them.

``view.py`` gathers what a page shows of a card: ``hub/`` says what the Hub makes of it (chips, evaluation box, body,
files), ``figures/`` what it says in numbers. ``site.py`` lays out the pages, by the templates in
``cardgen/pages/preview``. No page asks anybody for anything: its style and script stand in it, named by their hash, and
nothing of a card is trusted.
"""
