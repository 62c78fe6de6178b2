"""What changed between two states, one file per family of rules.

Each has a function that takes the two pictures, old and new, and yields changes. Called the other way round it must
yield each change's mirror.
"""
