"""How good answers are: metrics, intervals, and differences to a baseline."""
