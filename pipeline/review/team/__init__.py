"""Two or more reviewers: who reads what, what they disagree on, and how well they agree."""
