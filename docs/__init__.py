"""The parts of the documentation that the code writes."""
