"""Exports in, records out: nothing is lost, what cannot be read is a rejected row."""
