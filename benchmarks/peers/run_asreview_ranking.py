"""Replay labelled sets with ASReview's default model, in its own environment.

Reads a job a line, ``SET.csv ROW,ROW``: the rows are those known beforehand. Answers each with one
JSON object a line: the row numbers in the order of reading, priors first, to the end of the set,
and the seconds of processor time of features and replay together. One process takes all jobs,
because to import ASReview takes longer than to replay a small set.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.models.queriers import TopDown
from asreview.models.stoppers import IsFittable
from asreview.simulation.simulate import Simulate


def replay(path: str, priors: list[int]) -> dict[str, object]:
    """Return the order and the seconds of one replay."""
    table = pd.read_csv(path, dtype={"title": str, "abstract": str})
    started = time.process_time()
    cycles = [
        ActiveLearningCycle(querier=TopDown(), stopper=IsFittable()),
        ActiveLearningCycle.from_meta(get_ai_config()["value"]),
    ]
    texts = table[["title", "abstract"]]
    run = Simulate(texts, table["label"], cycles, stopper=-1, print_progress=False)
    run.label(np.array(priors))
    run.review()
    seconds = time.process_time() - started
    rows = run._results["record_id"].tolist()  # noqa: SLF001 - its simulator has no other door
    return {"rows": rows, "seconds": seconds}


if __name__ == "__main__":
    for line in sys.stdin:
        path, _, given = line.strip().rpartition(" ")
        answer = replay(path, [int(row) for row in given.split(",")])
        print(json.dumps(answer), flush=True)  # noqa: T201 - a command
