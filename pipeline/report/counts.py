"""The numbers of the flow: group-bys of its rows, with the identities that they must satisfy."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.errors import ContractError, UnknownNameError
from pipeline.report.boxes import (
    AWAITING_STAGES,
    BOXES,
    DECLARED_OPEN,
    OTHER_ARM_BOXES,
    Template,
    find_template,
)
from pipeline.report.identities import Identity, check_identities

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import dataframely as dy

    from pipeline.schemas import FlowRow

__all__ = ["BoxCount", "FlowCounts", "NamedCount", "count_flow"]

# Keys whose value in JSON is a list of {reason, n}.
_REASONS: Final = ("dbr_excluded", "other_excluded")
# Keys that list a box by {name, n}, and that box.
_BY_NAME: Final = {
    "database_specific_results": "database_results",
    "register_specific_results": "register_results",
    "duplicates_by_kind": "duplicates",
    "excluded_automatic_by_rule": "excluded_automatic",
    "excluded_other_by_reason": "excluded_other",
    "other_not_sought_by_reason": "other_not_sought",
}


@dataclass(frozen=True, slots=True)
class NamedCount:
    """How many units one member of a box holds: a database, a register, a reason."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class BoxCount:
    """How many units a box holds, and how they split by name, the largest first."""

    key: str
    n: int
    members: tuple[NamedCount, ...]

    def in_words(self, words: Mapping[str, str]) -> BoxCount:
        """Return the box with its reasons as people read them; any other box as it is."""
        if self.key not in _REASONS:
            return self
        said = (NamedCount(words.get(one.name, one.name), one.n) for one in self.members)
        return replace(self, members=tuple(said))


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """The number in each box, with what the boxes say about one another.

    Parameters
    ----------
    template
        Which of the four PRISMA 2020 templates they fill.
    as_of
        The day for which they were counted; None for now.
    boxes
        One for each key of `BOXES`, in that order; 0 where nothing was counted.
    identities
        Whether the boxes agree.
    """

    template: Template
    as_of: date | None
    boxes: tuple[BoxCount, ...]
    identities: tuple[Identity, ...]

    def box(self, key: str) -> BoxCount:
        """Return the count of a box by its key."""
        for box in self.boxes:
            if box.key == key:
                return box
        raise UnknownNameError("box", key, BOXES)

    def n(self, key: str, name: str | None = None) -> int:
        """Return how many units a box holds, or one member of it (0 if there is no such member)."""
        box = self.box(key)
        if name is None:
            return box.n
        return sum(member.n for member in box.members if member.name == name)

    def in_words(self, words: Mapping[str, str]) -> FlowCounts:
        """Return the counts with reasons as people read them, for diagrams; JSON keeps the ids."""
        return replace(self, boxes=tuple(box.in_words(words) for box in self.boxes))

    @property
    def is_interim(self) -> bool:
        """Whether anything still awaits a step, other than what a person declared open for good."""
        return self.n("awaiting") > sum(self.n("awaiting", name) for name in DECLARED_OPEN)

    @property
    def has_other_methods(self) -> bool:
        """Whether the template has the column for other methods."""
        return self.template in ("new_v2", "updated_v2")

    @property
    def is_update(self) -> bool:
        """Whether the template has the column for previous studies."""
        return self.template in ("updated_v1", "updated_v2")

    def to_json(self) -> dict[str, object]:
        """Return what ``thresher prisma --json`` prints, ready for `json.dumps`."""
        document: dict[str, object] = {box.key: box.n for box in self.boxes}
        for key, box in _BY_NAME.items():
            document[key] = [asdict(member) for member in self.box(box).members]
        for key in _REASONS:
            document[key] = [{"reason": m.name, "n": m.n} for m in self.box(key).members]
        document["records_excluded_human"] = self.n("records_excluded", "human")
        document["records_excluded_automation"] = self.n("records_excluded", "automation")
        declared = tuple(name for name in DECLARED_OPEN if self.n("awaiting", name))
        stages = (*AWAITING_STAGES, *declared)
        document["awaiting"] = {stage: self.n("awaiting", stage) for stage in stages}
        document["template"] = self.template
        document["as_of"] = None if self.as_of is None else self.as_of.isoformat()
        document["interim"] = self.is_interim
        document["identities"] = [asdict(identity) for identity in self.identities]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> FlowCounts:
        """Return the counts that `to_json` wrote, for example those of a published version.

        >>> from pipeline.schemas import FlowRow
        >>> counts = count_flow(FlowRow.create_empty())
        >>> FlowCounts.from_json(counts.to_json()) == counts
        True
        """
        lists = {box: document.get(key, ()) for key, box in _BY_NAME.items()}
        split = {
            "awaiting": document["awaiting"],
            "records_excluded": {
                "human": document["records_excluded_human"],
                "automation": document["records_excluded_automation"],
            },
        }
        boxes = []
        for key in BOXES:
            named = lists.get(key) or (document[key] if key in _REASONS else ())
            members = [(one.get("name", one.get("reason")), one["n"]) for one in named]
            members += list(split.get(key, {}).items())
            shown = tuple(NamedCount(name, n) for name, n in members if n)
            value = document.get(key, 0)
            n = value if isinstance(value, int) else sum(one.n for one in shown)
            boxes.append(BoxCount(key, n, tuple(sorted(shown, key=lambda one: (-one.n, one.name)))))
        as_of = document["as_of"]
        return cls(
            find_template(document["template"]),
            None if as_of is None else dt.date.fromisoformat(as_of),
            tuple(boxes),
            tuple(Identity(**one) for one in document["identities"]),
        )

    def require_balanced(self) -> None:
        """Refuse counts whose identities do not hold.

        Raises
        ------
        ContractError
            With the identity that is broken and the rows that break it.
        """
        broken = [identity for identity in self.identities if not identity.holds]
        if broken:
            raise ContractError("; ".join(f"{each.name}: {each.note}" for each in broken))


def count_flow(
    rows: dy.DataFrame[FlowRow], *, template: str | None = None, as_of: date | None = None
) -> FlowCounts:
    """Count the rows of each box and check that the boxes agree with one another.

    Parameters
    ----------
    rows
        As `trace_flow` returns them.
    template
        One of `FLOW_TEMPLATES`; by default the smallest that has a place for every row.
    as_of
        The day for which the rows were traced.

    Raises
    ------
    UnknownNameError
        There is no such template.

    >>> from pipeline.schemas import FlowRow
    >>> counts = count_flow(FlowRow.create_empty())
    >>> counts.template, counts.n("records_screened"), counts.is_interim
    ('new_v1', 0, False)
    """
    members = _count_members(rows)
    boxes = tuple(
        BoxCount(key, rows.filter(pl.col("box") == key).height, tuple(members.get(key, ())))
        for key in BOXES
    )
    chosen = find_template(template) if template else _choose_template(rows)
    return FlowCounts(chosen, as_of, boxes, check_identities(rows))


def _count_members(rows: pl.DataFrame) -> dict[str, list[NamedCount]]:
    counted = (
        rows.filter(pl.col("name").is_not_null())
        .group_by("box", "name")
        .len("n")
        .sort("box", "n", "name", descending=[False, True, False])
    )
    members: dict[str, list[NamedCount]] = {}
    for box, name, n in counted.iter_rows():
        members.setdefault(box, []).append(NamedCount(name, n))
    return members


def _choose_template(rows: pl.DataFrame) -> Template:
    keys = set(rows["box"].unique())
    is_update = bool(keys & {"previous_reports", "total_reports"})
    has_other_methods = bool(keys & set(OTHER_ARM_BOXES))
    return find_template(f"{'updated' if is_update else 'new'}_v{2 if has_other_methods else 1}")
