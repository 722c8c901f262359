"""The commands of the command line, by what people want: set up, run, decide, count."""
