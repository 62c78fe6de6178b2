"""What was observed: records, evidence, and the store that keeps them."""
