"""How long things take, beside others that do the same on the same machine; ``make bench`` prints it."""
