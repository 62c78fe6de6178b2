"""Which samples: datasets read and checked, calibration drawn.

A new fault of data is found here, where a dataset is read, and not by the task that stumbles over it.
"""
