"""What a folder of model files is, read from its configurations and headers alone: no library of the field is imported.

One file a question: who saved it, and would transformers 4 compute the same with it. A new one is a module here that
takes what was read, and gives what is wrong with it.
"""
