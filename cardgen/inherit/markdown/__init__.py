"""The blocks of a Markdown text, each with its place."""
