"""Local ``evaluate`` modules, one file each, loaded by their path.

``evaluate`` reads their imports line by line, and takes ``import a, b`` for a missing dependency: one import a line.
"""
