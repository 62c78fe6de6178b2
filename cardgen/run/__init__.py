"""Steps to records: resolving, environments, workers."""
