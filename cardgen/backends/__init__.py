"""Who quantizes and runs models: one folder per backend, imported only inside a worker."""
