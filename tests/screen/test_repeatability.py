"""The same ledger gives the same order, however the machine is set up."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_limits

from pipeline.screen import MODELS, Ranker


@pytest.mark.parametrize("model", list(MODELS))
def test_the_number_of_threads_is_of_no_consequence(model, invented, citations, labels):
    records = invented(240, n_relevant=40)
    screened = citations(
        *((one,) for one in records["record_id"]),
        titles=records["title"].to_list(),
        abstracts=records["abstract"].to_list(),
    )
    read = records.head(150)
    known = labels(dict(zip(read["record_id"], read["label"] == 1, strict=True)))
    orders = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads):
            ranker = Ranker(screened, question="nurse staffing", model=model)
            orders.append(ranker.order(known)["citation_id"].to_list())
    assert orders[0] == orders[1]
