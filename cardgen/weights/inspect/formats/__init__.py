"""How weights are stored that are not plain numbers: one file for each family of tensors.

A reader takes a module's tensors and what the model's configuration says, and gives the module, or ``None`` where these
are no tensors of its family. The tensors decide; the configuration tells what they cannot.
"""
