"""What changed between two states of a card, in meaning: records are compared, never Markdown.

``change.py`` says what a change is; ``rules.py`` is the one table of all kinds of change. To add a kind: a rule with
its mirror in the table, the place where it is found, and the sentence that tells it.
"""
