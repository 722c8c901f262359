"""What people do about duplicates: decide the unsure ones, look at moves and changes, audit."""
