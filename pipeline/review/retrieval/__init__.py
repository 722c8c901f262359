"""The full-text stage: the hunt for reports, what became of each, and why."""
