"""Which modules must stay FP32: found with few evaluations, whatever the backend, task and metric."""
