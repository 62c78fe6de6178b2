"""Metrics, each a row of one table that is computed as a module of ``evaluate``.

A new one is a :class:`~cardgen.evaluation.scoring.metrics.metric.Metric` in the file of its family, which imports the
library that computes it only where it does.
"""
