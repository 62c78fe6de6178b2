"""Is a committed card what its manifest and evidence say? Nothing runs, and nothing is asked of the Hub."""
