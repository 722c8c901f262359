"""Coverage-guided fuzzing: one module a target, run by hand or by `make`."""
