"""A manifest and what its names resolved to → ordered steps with fingerprints. Pure: no file, network or clock."""
