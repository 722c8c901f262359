"""A small monotone tree model that anyone can read: boosted trees as JSON, evaluated with numpy.

Trees find the combinations that weights cannot (the same page counts for little unless title or
author agree), and the monotone constraints they were trained under keep them explicable: more
agreement never lowers a probability (Friedman 2001, doi 10.1214/aos/1013203451). The file is plain
JSON with a card that says what it was trained on and how it did on sets it never saw; a pickle
could say neither, and would run code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pipeline.dedupe.judge import FEATURES, as_probability
from pipeline.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

__all__ = ["Leaf", "Split", "TreeModel", "dump_model", "load_model", "shipped_model"]

_MOST_SPLITS: Final = 12  # of one tree: its outcomes are looked up in a table of 2 ** splits
_CHUNK: Final = 65_536  # rows evaluated at a time: their columns stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Leaf:
    """The end of a branch: what it adds to the log-odds."""

    log_odds: float


@dataclass(frozen=True, slots=True)
class Split:
    """A question, whether the feature is at most the threshold, and both ways on."""

    feature: str
    at_most: float
    then: Split | Leaf
    otherwise: Split | Leaf


@dataclass(frozen=True, slots=True)
class _Table:
    """A tree as a table: one bit for each question, and the outcome for each answer to all."""

    columns: tuple[int, ...]
    thresholds: tuple[float, ...]
    outcomes: npt.NDArray[np.float64]


@dataclass(frozen=True)
class TreeModel:
    """Boosted trees: the sum of one leaf of each tree, as log-odds.

    >>> tree = Split("doi", 0.5, then=Leaf(-1.0), otherwise=Leaf(2.0))
    >>> model = TreeModel("tiny", -0.5, (tree,), {})
    >>> values = np.zeros((2, len(FEATURES)))
    >>> values[1, FEATURES.index("doi")] = 1.0
    >>> model.probability(values).round(3)
    array([0.182, 0.818])
    """

    name: str
    bias: float
    trees: tuple[Split | Leaf, ...]
    card: Mapping[str, Any]

    @cached_property
    def _tables(self) -> tuple[_Table, ...]:
        return tuple(_as_table(tree) for tree in self.trees)

    def probability(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the match probability for each row of `FEATURES`."""
        log_odds = np.full(len(values), self.bias)
        for start in range(0, len(values), _CHUNK):
            columns = np.ascontiguousarray(values[start : start + _CHUNK].T)
            for table in self._tables:
                log_odds[start : start + _CHUNK] += _look_up(table, columns)
        return as_probability(log_odds)


def load_model(text: str) -> TreeModel:
    """Return the model that a JSON text describes.

    Raises
    ------
    ContractError
        The text is of another form, or its trees ask about features that do not exist.

    >>> load_model(dump_model(TreeModel("tiny", 0.5, (Leaf(1.0),), {}))).name
    'tiny'
    """
    try:
        plain = json.loads(text)
        trees = tuple(_read_node(tree) for tree in plain["trees"])
        return TreeModel(plain["name"], float(plain["bias"]), trees, plain["card"])
    except (KeyError, TypeError, ValueError) as error:
        raise ContractError(f"not a model for pairs of records: {error!r}") from error


def dump_model(model: TreeModel) -> str:
    """Return the model as JSON: the card first, then one tree a line."""
    head = json.dumps({"name": model.name, "card": dict(model.card), "bias": model.bias}, indent=1)
    lines = ",\n  ".join(json.dumps(_plain_node(tree)) for tree in model.trees)
    return f'{head[:-2]},\n "trees": [\n  {lines}\n ]\n}}\n'


@cache
def shipped_model() -> TreeModel:
    """Return the model that is part of this package; its card says what it was trained on.

    >>> sorted(shipped_model().card)[:2]
    ['citation', 'features']
    """
    return load_model(resources.files("pipeline.dedupe").joinpath("model.json").read_text("utf-8"))


def _read_node(plain: Mapping[str, Any]) -> Split | Leaf:
    if "log_odds" in plain:
        return Leaf(float(plain["log_odds"]))
    if plain["feature"] not in FEATURES:
        raise ValueError(plain["feature"])
    return Split(
        plain["feature"],
        float(plain["at_most"]),
        _read_node(plain["then"]),
        _read_node(plain["else"]),
    )


def _plain_node(node: Split | Leaf) -> Mapping[str, Any]:
    if isinstance(node, Leaf):
        return {"log_odds": node.log_odds}
    return {
        "feature": node.feature,
        "at_most": node.at_most,
        "then": _plain_node(node.then),
        "else": _plain_node(node.otherwise),
    }


def _as_table(tree: Split | Leaf) -> _Table:
    splits = sorted(_questions(tree))
    if len(splits) > _MOST_SPLITS:
        raise ContractError(f"a tree with more than {_MOST_SPLITS} splits is not small")
    outcomes = [
        _answer(tree, {split for bit, split in enumerate(splits) if code >> bit & 1})
        for code in range(2 ** len(splits))
    ]
    return _Table(
        columns=tuple(FEATURES.index(feature) for feature, _ in splits),
        thresholds=tuple(threshold for _, threshold in splits),
        outcomes=np.array(outcomes),
    )


def _questions(node: Split | Leaf) -> set[tuple[str, float]]:
    if isinstance(node, Leaf):
        return set()
    below = _questions(node.then) | _questions(node.otherwise)
    return below | {(node.feature, node.at_most)}


def _answer(node: Split | Leaf, exceeded: set[tuple[str, float]]) -> float:
    """Follow the tree, given the questions whose threshold is exceeded."""
    while isinstance(node, Split):
        node = node.otherwise if (node.feature, node.at_most) in exceeded else node.then
    return node.log_odds


def _look_up(table: _Table, columns: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    code = np.zeros(columns.shape[1], dtype=np.uint16)
    for bit, (column, threshold) in enumerate(zip(table.columns, table.thresholds, strict=True)):
        code |= (columns[column] > threshold).astype(np.uint16) << np.uint16(bit)
    answers: npt.NDArray[np.float64] = table.outcomes[code]
    return answers
