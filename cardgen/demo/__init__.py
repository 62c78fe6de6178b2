"""The first run: a real model that every machine can train."""
