"""Data, before anything is made of them: what a local file holds, and whether it is what a task reads.

The core looks at data with this before it makes an environment, and the worker reads them with it, so that both say the
same. Nothing here needs a library: what takes one (Parquet, datasets of the Hub) is loaded by ``cardgen.evaluation``.
"""
