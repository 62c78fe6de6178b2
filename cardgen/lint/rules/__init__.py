"""One file per family of rules; a new family is named in ``cardgen.lint.registry``."""
