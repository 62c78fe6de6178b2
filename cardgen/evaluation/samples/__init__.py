"""Which samples: datasets read and checked, labels matched, calibration drawn."""
