"""Train the pair model on labelled sets: pure functions, records in, model out.

Labelled sets are few and each lacks some field throughout (one has no DOI, another no year), so a
model would learn their exporters' habits. Every training pair is therefore also shown with fields
blanked at random: the trees learn what the remaining fields are worth. Blanking is done on the
features, where "missing" has a value of its own between conflict and agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from pipeline.dedupe.blocking import candidate_pairs
from pipeline.dedupe.compare import compare
from pipeline.dedupe.judge import FEATURES, UNKNOWN, features
from pipeline.dedupe.model import Leaf, Split, TreeModel
from pipeline.dedupe.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import dataframely as dy
    import numpy.typing as npt

    from pipeline.schemas import Cluster, Record

__all__ = ["LabelledPairs", "labelled_pairs", "train_model"]

_N_TREES: Final = 120
_N_LEAVES: Final = 6
_N_COPIES: Final = 3  # blanked copies of each training pair
_BLANKED: Final[Mapping[tuple[str, ...], float]] = {  # fields that are blanked together, how often
    ("abstract_similarity",): 0.4,
    ("journal_similarity",): 0.1,
    ("year_closeness",): 0.3,
    ("volume",): 0.15,
    ("issue",): 0.3,
    ("pages",): 0.4,
    ("doi",): 0.5,
    ("first_author_similarity", "authors_similarity", "authors_containment"): 0.05,
}
_DIGITS: Final = 5  # of a threshold or leaf in the file: readable, and more than the data bear out


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """The candidate pairs of one labelled set: what a model sees, and the truth."""

    name: str
    values: npt.NDArray[np.float64]
    is_same: npt.NDArray[np.bool_]


def labelled_pairs(
    name: str, records: dy.DataFrame[Record], truth: dy.DataFrame[Cluster]
) -> LabelledPairs:
    """Return the candidate pairs of a set whose true clusters are known.

    >>> import polars as pl
    >>> from pipeline.dedupe import read_records_table
    >>> table = pl.DataFrame({"record_id": ["a", "b"], "title": ["Pain in remote care"] * 2})
    >>> truth = pl.DataFrame({"record_id": ["a", "b"], "citation_id": ["a", "a"]})
    >>> labelled_pairs("tiny", read_records_table(table), truth).is_same
    array([ True])
    """
    normalised = normalise(records.sort("record_id"))
    compared = compare(normalised, candidate_pairs(normalised))
    true_ids = truth.sort("record_id")["citation_id"]
    is_same = true_ids.gather(compared["left"]) == true_ids.gather(compared["right"])
    return LabelledPairs(name, features(compared), is_same.to_numpy())


def train_model(
    sets: Sequence[LabelledPairs],
    *,
    name: str,
    card: Mapping[str, Any],
    rng: np.random.Generator,
) -> TreeModel:
    """Return a monotone model of the labelled pairs.

    Parameters
    ----------
    sets
        The labelled sets to learn from.
    name
        Name and version, which all evidence will carry.
    card
        What to say about the model, kept beside its trees.
    rng
        Chooses what is blanked.
    """
    copies = [_with_blanked_copies(pairs.values, rng) for pairs in sets]
    labels = [np.tile(pairs.is_same, _N_COPIES + 1) for pairs in sets]
    learner = HistGradientBoostingClassifier(
        max_iter=_N_TREES,
        max_leaf_nodes=_N_LEAVES,
        l2_regularization=1.0,
        monotonic_cst=[1] * len(FEATURES),
        early_stopping=False,
        random_state=0,
    )
    learner.fit(np.vstack(copies), np.concatenate(labels))
    trees = tuple(_read_tree(predictors[0].nodes, 0) for predictors in learner._predictors)  # noqa: SLF001 – scikit-learn has no public way to read its trees
    bias = round(float(learner._baseline_prediction.item()), _DIGITS)  # noqa: SLF001 – as above
    return TreeModel(name, bias, trees, card)


def _with_blanked_copies(
    values: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    copies = [values]
    for _ in range(_N_COPIES):
        copy = values.copy()
        for names, share in _BLANKED.items():
            is_blank = rng.random(len(copy)) < share
            for name in names:
                copy[is_blank, FEATURES.index(name)] = UNKNOWN[name]
        copies.append(copy)
    return np.vstack(copies)


def _read_tree(nodes: npt.NDArray[np.void], position: int) -> Split | Leaf:
    node = nodes[position]
    if node["is_leaf"]:
        return Leaf(round(float(node["value"]), _DIGITS))
    return Split(
        FEATURES[node["feature_idx"]],
        round(float(node["num_threshold"]), _DIGITS),
        _read_tree(nodes, int(node["left"])),
        _read_tree(nodes, int(node["right"])),
    )
