"""Pages that follow the files they are made from: ``live.py`` keeps them, ``server.py`` hands them out on loopback."""
