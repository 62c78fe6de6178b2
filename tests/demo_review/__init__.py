"""A review that anyone can look at: ``make demo-review`` makes a small repository with two branches and reviews one.

Its figures are measured ones. ``main`` holds the card of the demo as this repository has it; on the branch, what was
tuned anew has the records of a build of that manifest, kept in ``tuned.json``. They are joined to the plan of today, so
that the review shows what it shows whatever the steps' versions are. To measure them again: build the demo by
``cardgen demo build/demo``, change its manifest as ``branches.py`` does, build it, and run ``python -m
tests.demo_review.keep build/demo``.
"""
