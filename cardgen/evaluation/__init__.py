"""How good a model is: one module per task, over what they share."""
