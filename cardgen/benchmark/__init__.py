"""How fast: times a model. Its code runs in a worker."""
