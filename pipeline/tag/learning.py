"""Learns from what people confirmed which suggestions to hold back, behind a gate.

With no labelled reports the cues do best, and with few they still do: a model may judge suggestions
only once it has beaten the cues on reports that it has not seen. It is a logistic regression with
strong shrinkage over what made a suggestion (domain, direction, rule, phrase), so that each
judgement can be traced to its terms. It adds nothing and hides nothing for good: a suggestion that
is held back says so.

The gate: at least `FEWEST` reviewed reports; micro-F1 of domain × direction by report, in nested
cross-validation by report, higher than that of the cues; and higher in nine of ten resamples of the
reports (Efron and Tibshirani 1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

__all__ = ["FEWEST", "Gate", "Judged", "judge_suggestions"]

FEWEST: Final = 40  # reviewed reports: below, no model was better on real abstracts
_N_FOLDS: Final = 5
_SHRINKAGE: Final = 0.1  # scikit-learn's C: the smaller, the stronger
_THRESHOLDS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_N_RESAMPLES: Final = 500
_SURE: Final = 0.9  # share of resamples in which the model has to win
_KEY: Final = ("report_id", "domain", "polarity")
_UNIT: Final = ("report_id", "source", "domain", "polarity")


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the model is used, and what it was decided by."""

    n_reviewed: int
    cues_f1: float | None
    model_f1: float | None
    share_won: float | None  # of the resamples
    is_open: bool

    @property
    def sentence(self) -> str:
        """What a person is told."""
        if self.cues_f1 is None or self.model_f1 is None or self.share_won is None:
            return (
                f"Suggestions come from the codebook's cues alone: {self.n_reviewed} reviewed "
                f"reports, and a model is not tried before {FEWEST}."
            )
        measured = (
            f"F1 on {self.n_reviewed} reviewed reports, cross-validated: model {self.model_f1:.2f},"
            f" cues {self.cues_f1:.2f}, better in {self.share_won:.0%} of resamples"
        )
        if self.is_open:
            return f"A model holds back suggestions that it doubts. {measured}."
        return f"Suggestions come from the codebook's cues alone. {measured}: not enough."


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the suggestions.

    Attributes
    ----------
    suggestions
        As given, with ``is_held_back`` and ``probability`` (null while the gate is closed).
    gate
        Whether the model was used.
    """

    suggestions: pl.DataFrame
    gate: Gate


def judge_suggestions(
    suggestions: pl.DataFrame,
    *,
    confirmed: pl.DataFrame,
    reviewed: Sequence[str],
    rng: np.random.Generator,
) -> Judged:
    """Hold back the suggestions that the model doubts, if the gate opens.

    Parameters
    ----------
    suggestions
        Columns ``report_id``, ``source``, ``domain``, ``polarity``, ``start``, ``end``,
        ``phrase``, ``why``.
    confirmed
        Columns ``report_id``, ``source``, ``domain``, ``polarity``, ``start``, ``end``.
    reviewed
        The reports that people have read to the end.
    rng
        Draws the folds and the resamples.

    Examples
    --------
    >>> columns = ("report_id", "source", "domain", "polarity", "phrase", "why")
    >>> empty = pl.DataFrame(schema={name: pl.String for name in columns} | {
    ...     "start": pl.UInt32, "end": pl.UInt32})
    >>> judged = judge_suggestions(empty, confirmed=empty, reviewed=["r1"],
    ...                            rng=np.random.default_rng(0))
    >>> judged.gate.is_open, judged.gate.n_reviewed
    (False, 1)
    """
    data = _training_data(suggestions, confirmed, reviewed)
    gate = _measure(data, reviewed, rng)
    if not gate.is_open:
        nothing = pl.lit(None, dtype=pl.Float64)
        shown = suggestions.with_columns(is_held_back=pl.lit(value=False), probability=nothing)
        return Judged(shown, gate)
    probability = _predict(data, data.places, np.arange(suggestions.height))
    column = pl.Series("probability", probability)
    doubted = column < _best_threshold(data, data.places, rng)
    return Judged(suggestions.with_columns(column, is_held_back=doubted), gate)


# ── what is learnt from ─────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class _Data:
    """All suggestions; of those in reviewed reports, whether people confirmed each."""

    features: csr_matrix
    keys: list[tuple[str, str, str]]
    is_right: NDArray[np.bool_]
    places: NDArray[np.int64]  # of the suggestions in reviewed reports
    wanted: frozenset[tuple[str, str, str]]

    def reports(self, places: NDArray[np.int64]) -> NDArray[np.str_]:
        return np.array([self.keys[at][0] for at in places], dtype=np.str_)


def _training_data(
    suggestions: pl.DataFrame, confirmed: pl.DataFrame, reviewed: Sequence[str]
) -> _Data:
    words = [pl.col(name).cast(pl.String) for name in _UNIT]
    numbered = suggestions.with_columns(words).with_row_index("at")
    said = confirmed.filter(pl.col("report_id").is_in(list(reviewed))).with_columns(words)
    overlap = (pl.col("start") < pl.col("end_right")) & (pl.col("start_right") < pl.col("end"))
    right = numbered.join(said, on=list(_UNIT)).filter(overlap)["at"].unique().to_list()
    mine = numbered.filter(pl.col("report_id").is_in(list(reviewed)))["at"].to_list()
    return _Data(
        features=_features(suggestions),
        keys=list(numbered.select(_KEY).iter_rows()),
        is_right=np.isin(np.arange(suggestions.height), right),
        places=np.array(mine, dtype=np.int64),
        wanted=frozenset(said.select(_KEY).iter_rows()),
    )


def _features(suggestions: pl.DataFrame) -> csr_matrix:
    """Return what made each suggestion: its domain, direction, rule and phrase."""
    from sklearn.feature_extraction import DictVectorizer

    columns = suggestions.select("domain", pl.col("polarity").cast(pl.String), "phrase", "why")
    found = [{"": 1.0}]  # so that there is a column even where nothing is suggested
    for domain, polarity, phrase, why in columns.iter_rows():
        rule = why.split(":")[0]
        names = (domain, polarity, rule, f"{domain} {polarity}", f"{domain} {rule}",
                 f"{domain} {phrase.casefold()}")  # fmt: skip
        found.append(dict.fromkeys(names, 1.0))
    return DictVectorizer().fit_transform(found)[1:]


def _predict(
    data: _Data, train: NDArray[np.int64], tested: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the probability that each tested suggestion is right; 1 where nothing is learnt."""
    right = data.is_right[train]
    if not len(tested) or not right.any() or right.all():
        return np.ones(len(tested))
    from sklearn.linear_model import LogisticRegression

    classifier = LogisticRegression(
        C=_SHRINKAGE, class_weight="balanced", solver="liblinear", random_state=0
    )
    classifier.fit(data.features[train], right)
    found: NDArray[np.float64] = classifier.predict_proba(data.features[tested])[:, 1]
    return found


# ── the gate ────────────────────────────────────────────────────────────────────────────────────
def _measure(data: _Data, reviewed: Sequence[str], rng: np.random.Generator) -> Gate:
    reports = sorted(set(reviewed))
    n, right = len(reports), data.is_right[data.places]
    if n < FEWEST or not right.any() or right.all():
        return Gate(n, None, None, None, is_open=False)
    kept = []
    for train, tested in _folds(data, data.places, reports, rng):
        threshold = _best_threshold(data, train, rng)
        kept.append(tested[_predict(data, train, tested) >= threshold])
    cues = _counts(data, data.places, reports)
    model = _counts(data, np.concatenate(kept), reports)
    draws = rng.integers(0, n, size=(_N_RESAMPLES, n))
    won = float(np.mean([_f1(model[draw]) > _f1(cues[draw]) for draw in draws]))
    is_open = _f1(model) > _f1(cues) and won >= _SURE
    return Gate(n, _f1(cues), _f1(model), won, is_open=is_open)


def _folds(
    data: _Data,
    places: NDArray[np.int64],
    reports: Sequence[str],
    rng: np.random.Generator,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield what to learn from and what to test on: no report is on both sides."""
    of = data.reports(places)
    for fold in np.array_split(rng.permutation(list(reports)), _N_FOLDS):
        tested = np.isin(of, fold)
        yield places[~tested], places[tested]


def _best_threshold(data: _Data, places: NDArray[np.int64], rng: np.random.Generator) -> float:
    """Choose the threshold by cross-validation inside these reports; 0 holds back none."""
    reports = sorted(set(data.reports(places)))
    seen, probability = [], []
    for train, tested in _folds(data, places, reports, rng):
        seen.append(tested)
        probability.append(_predict(data, train, tested))
    order, chances = np.concatenate(seen), np.concatenate(probability)
    scores = {
        threshold: _f1(_counts(data, order[chances >= threshold], reports))
        for threshold in (0.0, *_THRESHOLDS)
    }
    return max(scores, key=lambda threshold: (scores[threshold], -threshold))


def _counts(data: _Data, kept: NDArray[np.int64], reports: Sequence[str]) -> NDArray[np.int64]:
    """Return for each report how many pairs are right, how many were found, how many wanted."""
    found = {data.keys[at] for at in kept}
    place = {report: at for at, report in enumerate(reports)}
    counts = np.zeros((len(reports), 3), dtype=np.int64)
    for column, pairs in enumerate((found & data.wanted, found, data.wanted)):
        for report, *_ in pairs:
            if report in place:
                counts[place[report], column] += 1
    return counts


def _f1(counts: NDArray[np.int64]) -> float:
    right, found, wanted = counts.sum(axis=0)
    return float(2 * right / (found + wanted)) if found + wanted else 1.0
