"""CycloneDX 1.7: an ML-BOM, what a repository's models consist of, were made from and score."""
