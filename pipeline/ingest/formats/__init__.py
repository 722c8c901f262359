"""The export formats that Thresher reads: one file each, listed once in `FORMATS`."""
