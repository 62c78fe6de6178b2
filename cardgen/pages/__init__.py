"""HTML pages for people: each asks nobody for anything, and runs no script but, in a preview, its own.

``render.py`` fills a template of this folder; ``base.html.jinja`` and ``page.css`` are what all of them look like. To
add a page: a template that extends the base. ``preview/`` has a base of its own, since its pages lie in a folder.
"""
