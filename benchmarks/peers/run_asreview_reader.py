"""Read a CSV with ASReview in its environment: ``python run_asreview_reader.py IN.csv``.

Prints how many records it read and the seconds of CPU time of the best of three runs.
"""

import sys
import time
from pathlib import Path

from asreview.data.tabular import CSVReader

if __name__ == "__main__":
    best, n_records = float("inf"), 0
    for _ in range(3):
        started = time.process_time()
        n_records = len(CSVReader.read_records(Path(sys.argv[1]), "benchmark"))
        best = min(best, time.process_time() - started)
    print(n_records, best)  # noqa: T201 - a command
