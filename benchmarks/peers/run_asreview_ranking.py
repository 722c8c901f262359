"""Replay a labelled set with ASReview's default model, in its own environment.

``python run_asreview_ranking.py SET.csv ROW,ROW [--to-the-end]``: the rows are those known
beforehand. Prints one JSON object: the row numbers in the order of reading, priors first, and the
seconds of processor time of features and replay together. It stops, as its own command does, when
all relevant records are found, unless it is told to go on.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.models.queriers import TopDown
from asreview.models.stoppers import IsFittable, LastRelevant
from asreview.simulation.simulate import Simulate

if __name__ == "__main__":
    table = pd.read_csv(sys.argv[1], dtype={"title": str, "abstract": str})
    priors = [int(row) for row in sys.argv[2].split(",") if row]
    cycles = [
        ActiveLearningCycle(querier=TopDown(), stopper=IsFittable()),
        ActiveLearningCycle.from_meta(get_ai_config()["value"]),
    ]
    stopper = -1 if "--to-the-end" in sys.argv else LastRelevant()
    started = time.process_time()
    run = Simulate(
        table[["title", "abstract"]], table["label"], cycles, stopper=stopper, print_progress=False
    )
    if priors:
        run.label(np.array(priors))
    run.review()
    seconds = time.process_time() - started
    rows = run._results["record_id"].tolist()  # noqa: SLF001 - its simulator has no other door
    print(json.dumps({"rows": rows, "seconds": seconds}))  # noqa: T201 - a command
