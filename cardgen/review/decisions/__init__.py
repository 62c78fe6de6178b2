"""What people decided on changes, in ``reviews/NAME.yaml`` of a project, which is committed beside the cards.

``file.py`` reads and writes such a file; ``since.py`` holds what changed against it; ``decide.py`` puts a decision into
it; ``reviewed.py`` tells whether a card is as it was when its review ended.
"""
