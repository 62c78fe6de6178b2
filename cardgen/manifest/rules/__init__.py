"""What must hold in a manifest beyond its types: one file per part of it."""
