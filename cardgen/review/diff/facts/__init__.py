"""What one state of a card says, ready to be compared: its records joined by variant, and what was asked for.

Other than for rendering, a manifest and its evidence need not fit each other here: a change that was not built yet, or
that an older cardgen built, is compared as well.
"""
