"""What columns must hold: one file per kind of column. Which of them a task has, ``cardgen.data.needs`` says."""
