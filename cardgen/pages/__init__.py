"""HTML pages for people: each one file that asks nobody for anything and runs no script.

``render.py`` fills a template of this folder; ``base.html.jinja`` and ``page.css`` are what all of them look like. To
add a page: a template that extends the base.
"""
