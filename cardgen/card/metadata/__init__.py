"""What the Hub reads: front matter, model-index, leaderboard files, and whether the Hub will take them.

A new key of the front matter is a line in ``fields.py``; what the Hub demands of it is a rule in ``hub_metadata.py``.
"""
