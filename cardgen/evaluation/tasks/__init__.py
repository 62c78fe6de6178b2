"""One file per task, of the shape that ``cardgen.evaluation.task`` names, and what several tasks share."""
