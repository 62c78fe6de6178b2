"""What changed, as people and programs read it: one file per format, over what ``told.py`` puts in order for all."""
