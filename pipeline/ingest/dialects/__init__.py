"""What the tags and columns of each platform mean: tables only, no code."""
