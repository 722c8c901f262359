"""Time how fast the model learns again and ranks, beside the limit: one matrix–vector product.

    python -m benchmarks.ranking_speed [--sizes 10000,100000,1000000] [--labels 200]

Invented records of abstract length; one core. The limit is the product of the feature matrix with a
vector, which every linear model has to do at least once to score all records.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.screen import DEFAULT_MODEL, MODELS, SCHEDULES
from pipeline.screen.contract import Text
from pipeline.screen.cycle import Cycle, extract_features

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy import sparse

    from pipeline.screen.contract import Labels, Rows

_N_WORDS: Final = 60_000  # different words of the invented language
_TITLE, _ABSTRACT = 12, 180  # words
_SHARE_RELEVANT: Final = 0.03
_REPEATS: Final = 5
_KIB_PER_GB: Final = 1e6


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of processor time at one size."""

    n_records: int
    features: float
    first_fit: float  # learn from nothing, and rank
    refit: float  # learn from one batch more, and rank
    product: float  # the bare matrix–vector product
    peak_gb: float


def main() -> None:
    """Time every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--labels", type=int, default=200)
    options = parser.parse_args()
    sys.stdout.write("| records | features | learn and rank | again | product | peak memory |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for size in options.sizes.split(","):
        sys.stdout.write(_line(time_size(int(size), options.labels)) + "\n")
        sys.stdout.flush()


def time_size(n: int, n_labels: int, *, seed: int = 0) -> Timing:
    """Return the timings for ``n`` invented records."""
    rng = np.random.default_rng(seed)
    texts, relevant = invent_texts(n, rng)
    model = MODELS[DEFAULT_MODEL]
    started = time.process_time()
    features = extract_features(texts, texts[int(np.argmax(relevant))], model)
    seconds = time.process_time() - started
    labelled = _draw_labelled(relevant, n_labels, rng)
    ties = rng.permutation(n)
    before = labelled[: n_labels - SCHEDULES["growing"].batch_size(n_labels)]
    firsts, again = [], []
    for _ in range(_REPEATS):
        cycle = Cycle(model, features, ties=ties, rng=np.random.default_rng(seed))
        firsts.append(_seconds(partial(cycle.order, before, relevant[before])))
        again.append(_seconds(partial(cycle.order, labelled, relevant[labelled])))
    return Timing(
        n_records=n,
        features=seconds,
        first_fit=min(firsts),
        refit=min(again),
        product=min(_product(features.rows) for _ in range(_REPEATS)),
        peak_gb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_GB,
    )


def invent_texts(n: int, rng: np.random.Generator) -> tuple[list[Text], Labels]:
    """Return texts of words as common as in real language, and which are relevant."""
    words = np.array([_word(number) for number in range(_N_WORDS)])
    common = 1.0 / np.arange(1, _N_WORDS + 1)  # Zipf 1949
    edges = np.cumsum(common / common.sum())
    relevant = rng.random(n) < _SHARE_RELEVANT
    texts = []
    for is_relevant in relevant:
        drawn = np.searchsorted(edges, rng.random(_TITLE + _ABSTRACT))
        if is_relevant:
            drawn[:: _ABSTRACT // 8] = rng.integers(2_000, 2_040, drawn[:: _ABSTRACT // 8].size)
        some = words[np.minimum(drawn, _N_WORDS - 1)]
        texts.append(Text(" ".join(some[:_TITLE]), " ".join(some[_TITLE:])))
    return texts, relevant


def _word(number: int) -> str:
    """Return a pronounceable word for a number."""
    syllables = []
    while number or not syllables:
        number, consonant = divmod(number, 17)
        number, vowel = divmod(number, 5)
        syllables.append("bcdfghklmnprstvwz"[consonant] + "aeiou"[vowel])
    return "".join(syllables)


def _draw_labelled(relevant: Labels, n_labels: int, rng: np.random.Generator) -> Rows:
    """Return rows as they are read: a third of the first ones relevant."""
    n_relevant = min(n_labels // 3, int(relevant.sum()))
    drawn = [
        rng.choice(np.flatnonzero(relevant), n_relevant, replace=False),
        rng.choice(np.flatnonzero(~relevant), n_labels - n_relevant, replace=False),
    ]
    return rng.permutation(np.concatenate(drawn))


def _product(rows: sparse.csr_matrix) -> float:
    vector = np.ones(rows.shape[1], dtype=rows.dtype)
    return _seconds(lambda: rows @ vector)


def _seconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def _line(timing: Timing) -> str:
    milliseconds = (timing.first_fit, timing.refit, timing.product)
    shown = " | ".join(f"{1000 * seconds:,.0f} ms" for seconds in milliseconds)
    return f"| {timing.n_records:,} | {timing.features:.1f} s | {shown} | {timing.peak_gb:.1f} GB |"


if __name__ == "__main__":
    main()
