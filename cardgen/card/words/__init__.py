"""How things are said: numbers, names and Markdown, the same wherever they appear.

What two sections word alike belongs here.
"""
