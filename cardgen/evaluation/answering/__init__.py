"""What a model answers: rows in batches, batches through a model, answers kept."""
