"""Captures: which rankers of an ensemble would have had a relevant record among their first n.

Chao's estimate compares learners that choose for themselves what to read next, each learning only
from its own choices (Bron 2024, 10.1145/3724116). The records that a ranker lists one after the
other are a sample of the relevant ones as long as the label of every listed record is known, so the
lists are compared as deep as all of them have been read, and no deeper: a label that nobody knows
is never asked for. Ours are the models of the registry. They read much the same words, and what
they all miss, the estimate misses too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.screen.contract import Labels, Rows
    from pipeline.screen.cycle import Cycle

__all__ = ["ENSEMBLE", "count_captures", "list_proposals"]

ENSEMBLE: Final = ("elas-u4", "words-stems", "blend")  # names of models


def count_captures(
    proposals: Sequence[Rows], is_read: Labels, is_relevant: Labels
) -> tuple[int, ...]:
    """Return, for each relevant record that some ranker lists, how many rankers list it.

    Parameters
    ----------
    proposals
        For each ranker the rows in the order in which it would read them.
    is_read
        Of every row; each list is cut where the shortest of them comes to an unread row.
    is_relevant
        Of every row; what it says of unread ones is not looked at.

    Examples
    --------
    >>> import numpy as np
    >>> one, other = np.array([0, 1, 2, 3]), np.array([1, 3, 4, 0])
    >>> is_read = np.array([True, True, False, True, False])
    >>> count_captures([one, other], is_read, np.array([True, True, True, False, True]))
    (1, 2)
    """
    depth = min((_read_through(one, is_read) for one in proposals), default=0)
    counts = np.zeros(is_read.size, dtype=np.intp)
    for one in proposals:
        counts[one[:depth]] += 1
    return tuple(counts[is_relevant & (counts > 0)].tolist())


def list_proposals(
    cycle: Cycle, is_read: Labels, is_relevant: Labels, *, batch_size: Callable[[int], int]
) -> Rows:
    """Return the rows that a ranker would read one after the other, up to the first unread one.

    Parameters
    ----------
    cycle
        A fresh screening cycle; it starts without any label.
    is_read, is_relevant
        Of every row, as in `count_captures`.
    batch_size
        How many it lists, given how many it has listed, before it learns again.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.contract import Text
    >>> from pipeline.screen.cycle import Cycle, extract_features
    >>> from pipeline.screen.models import MODELS
    >>> texts = [Text("roof tiles"), Text("nurse rosters"), Text("nurse staffing")]
    >>> features = extract_features(texts, Text("nurse staffing"), MODELS["elas-u4"])
    >>> cycle = Cycle(MODELS["elas-u4"], features, ties=np.arange(3), rng=np.random.default_rng(0))
    >>> is_read = np.array([False, True, True])
    >>> list_proposals(cycle, is_read, is_read, batch_size=lambda n: 1).tolist()
    [2, 1]
    """
    listed = np.zeros(0, dtype=np.intp)
    while listed.size < is_read.size:
        pool, _ = cycle.order(listed, is_relevant[listed])
        batch = pool[: batch_size(listed.size)]
        known = batch[: _read_through(batch, is_read)]
        listed = np.concatenate([listed, known])
        if known.size < batch.size:
            break
    return listed


def _read_through(rows: Rows, is_read: Labels) -> int:
    """Return how many rows come before the first unread one."""
    unread = np.flatnonzero(~is_read[rows])
    return int(unread[0]) if unread.size else int(rows.size)
