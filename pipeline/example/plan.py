"""Decide what the example holds before a word of it is written: fates, kin and databases.

Counts come first and text later, so that the number of entries and of included studies is exact
and each publication can be written on its own, in any order, from its plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from pipeline.example.themes import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from pipeline.example.quota import Quota

__all__ = ["Plan", "make_plans"]

ChoiceT = TypeVar("ChoiceT")
Kinship = Literal["erratum", "conference", "preprint", "part-one", "part-two"]

_SHARE_KIN: Final = 0.02  # of ordinary publications: a relative that must not be merged
_SHARE_TWICE: Final = 0.012  # of publications: twice in one database
_SHARE_SCOPUS_RIS: Final = 0.3  # of Scopus entries
_SHARE_SCHOLAR_CSV: Final = 0.3  # of Google Scholar entries

_REASONS: Final = {  # why full texts are excluded, as weights
    "no-implementation-findings": 38,
    "not-in-service": 20,
    "publication-type": 17,
    "not-digital": 9,
    "not-mental-health": 10,
    "language": 6,
}
_ELIGIBLE_THEMES: Final = {theme.name: theme.eligible for theme in THEMES.values()}
_OTHER_SUBJECTS: Final = {  # theme and scene of what is excluded at once, as weights
    (theme.name, scene): weight
    for theme in THEMES.values()
    for scene, weight in theme.excluded.items()
}
_MEDLINE, _EMBASE, _SCOPUS = "pubmed-nbib", "embase-ris", "scopus"
_PSYCINFO, _WOS, _SCHOLAR = "psycinfo-ovid-ris", "wos-isi", "scholar"
_EVERY_DIALECT: Final = (
    _MEDLINE,
    _EMBASE,
    "scopus-csv",
    "scopus-ris",
    _PSYCINFO,
    _WOS,
    "scholar-bibtex",
    "scholar-csv",
)
_DAMAGED_OFTEN: Final = (
    _EMBASE,
    "scopus-csv",
    "scholar-bibtex",
    _WOS,
    _PSYCINFO,
    "scopus-ris",
    "scholar-csv",
)
_DAMAGED_ONCE: Final = (_EMBASE, _MEDLINE, "scopus-csv", "scholar-bibtex", _WOS, _PSYCINFO)
_HOLDINGS: Final = {  # which databases hold an ordinary publication together, as weights
    (_EMBASE,): 22.0,
    (_MEDLINE,): 13.0,
    (_SCOPUS,): 16.0,
    (_PSYCINFO,): 8.0,
    (_WOS,): 10.0,
    (_SCHOLAR,): 4.0,
    (_MEDLINE, _EMBASE): 8.0,
    (_SCOPUS, _WOS): 4.5,
    (_MEDLINE, _SCOPUS): 3.0,
    (_EMBASE, _SCOPUS): 2.5,
    (_PSYCINFO, _MEDLINE): 1.5,
    (_PSYCINFO, _SCOPUS): 1.5,
    (_MEDLINE, _EMBASE, _SCOPUS): 2.0,
    (_EMBASE, _SCOPUS, _WOS): 1.5,
    (_MEDLINE, _SCOPUS, _WOS): 1.0,
    (_MEDLINE, _EMBASE, _SCOPUS, _WOS): 1.0,
    (_MEDLINE, _EMBASE, _SCOPUS, _WOS, _PSYCINFO): 0.4,
    (_MEDLINE, _EMBASE, _SCOPUS, _WOS, _PSYCINFO, _SCHOLAR): 0.2,
}
_REACH: Final = {  # share of eligible publications that each database holds
    _MEDLINE: 0.7,
    _EMBASE: 0.7,
    _SCOPUS: 0.75,
    _PSYCINFO: 0.45,
    _WOS: 0.6,
    _SCHOLAR: 0.22,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What one publication is to be: its topic, its fate and the exports that hold it."""

    number: int
    theme: str
    study: int
    scene: str = "mental"  # the world it plays in: its technologies, services and people
    dialects: tuple[str, ...] = ()  # one per entry; a dialect twice is a duplicate within it
    is_eligible: bool = False
    is_included: bool = False
    is_retrievable: bool = True
    exclusion_reason: str | None = None
    kinship: Kinship | None = None
    relative: Plan | None = None  # whose erratum, abstract, preprint or second part this is
    is_damaged: bool = False  # its one entry is broken


def make_plans(quota: Quota, rng: Random) -> tuple[Plan, ...]:
    """Return the plans of all publications; their entries add up to the quota exactly.

    >>> from random import Random
    >>> from pipeline.example.quota import Quota
    >>> quota = Quota.of(300)
    >>> plans = make_plans(quota, Random(1))
    >>> sum(len(plan.dialects) for plan in plans) + quota.n_overlap
    300
    """
    core = [*_eligible(quota, rng)]
    fillers = [*_forced(quota, len(core), rng)]
    n_open = quota.n_entries - quota.n_overlap - sum(len(plan.dialects) for plan in fillers)
    core = _trimmed(core, n_open)
    n_open -= sum(len(plan.dialects) for plan in core)
    return (*core, *fillers, *_ordinary(len(core) + len(fillers), n_open, rng))


def _eligible(quota: Quota, rng: Random) -> Iterator[Plan]:
    included = [
        Plan(n, _weighted(_ELIGIBLE_THEMES, rng), n, is_eligible=True, is_included=True)
        for n in range(quota.n_included)
    ]
    number = quota.n_included
    for plan in included:
        yield replace(plan, dialects=_reach(rng))
    for n in range(quota.n_second_reports):
        yield replace(_second_report(number, included[n], rng), dialects=_reach(rng))
        number += 1
    for n in range(quota.n_not_retrieved + quota.n_excluded):
        is_lost = n < quota.n_not_retrieved
        yield _excluded(number, included, rng, is_lost=is_lost)
        number += 1


def _second_report(number: int, first: Plan, rng: Random) -> Plan:
    if rng.random() < 0.5:  # noqa: PLR2004 - a preprint or another article, as likely
        return replace(first, number=number, kinship="preprint", relative=first)
    return replace(first, number=number, theme=_weighted(_ELIGIBLE_THEMES, rng))


def _excluded(number: int, included: list[Plan], rng: Random, *, is_lost: bool) -> Plan:
    plan = Plan(
        number, _weighted(_ELIGIBLE_THEMES, rng), number, is_eligible=True, dialects=_reach(rng)
    )
    if is_lost:
        return replace(plan, is_retrievable=False)
    plan = replace(plan, exclusion_reason=_weighted(_REASONS, rng))
    if plan.exclusion_reason == "publication-type":  # the meeting abstract of an included study
        first = rng.choice(included)
        return replace(
            plan,
            theme=first.theme,
            study=first.study,
            kinship="conference",
            relative=first,
            dialects=(_EMBASE,),
        )
    return plan


def _forced(quota: Quota, start: int, rng: Random) -> Iterator[Plan]:
    """Make sure that every file has an entry, batches have some to share, some are damaged."""
    dialects = [*_EVERY_DIALECT, *[_WOS] * (2 * quota.n_overlap)]
    for number, dialect in enumerate(dialects, start):
        yield _irrelevant(number, (dialect,), rng)
    start += len(dialects)
    damaged = [*_DAMAGED_ONCE, *_DAMAGED_OFTEN * quota.n_damaged][: quota.n_damaged]
    for number, dialect in enumerate(damaged, start):
        yield replace(_irrelevant(number, (dialect,), rng), is_damaged=True)


def _trimmed(plans: list[Plan], n_open: int) -> list[Plan]:
    """Take copies away, last publications first, until the entries fit; one each remains."""
    surplus = sum(len(plan.dialects) for plan in plans) - n_open
    kept = []
    for plan in reversed(plans):
        n_cut = max(0, min(surplus, len(plan.dialects) - 1))
        surplus -= n_cut
        kept.append(replace(plan, dialects=plan.dialects[: len(plan.dialects) - n_cut]))
    return kept[::-1]


def _ordinary(number: int, n_open: int, rng: Random) -> Iterator[Plan]:
    """Fill the rest with what a reviewer excludes at once, relatives of it included."""
    while n_open > 0:
        plan = _irrelevant(number, _holding(rng), rng)
        for member in _family(plan, rng) if rng.random() < _SHARE_KIN else (plan,):
            fitting = replace(member, dialects=member.dialects[:n_open])
            if fitting.dialects:
                yield fitting
            n_open -= len(fitting.dialects)
            number += 1


def _family(plan: Plan, rng: Random) -> tuple[Plan, Plan]:
    """Return a publication and its relative; the first of two parts says so in its title."""
    kinship: Kinship = rng.choice(("erratum", "conference", "preprint", "part-two"))
    if kinship == "part-two":
        plan = replace(plan, kinship="part-one")
    dialects = {
        "erratum": (_MEDLINE, _EMBASE),
        "conference": (_EMBASE,),
        "preprint": (rng.choice((_EMBASE, "scholar-bibtex")),),
        "part-two": plan.dialects,
    }[kinship]
    relative = replace(
        plan, number=plan.number + 1, kinship=kinship, relative=plan, dialects=dialects
    )
    return plan, relative


def _irrelevant(number: int, dialects: tuple[str, ...], rng: Random) -> Plan:
    theme, scene = _weighted(_OTHER_SUBJECTS, rng)
    return Plan(number, theme, number, scene=scene, dialects=dialects)


def _holding(rng: Random) -> tuple[str, ...]:
    databases = _weighted(_HOLDINGS, rng)
    if rng.random() < _SHARE_TWICE:
        databases = (*databases, databases[0])
    return tuple(_dialect(database, rng) for database in databases)


def _reach(rng: Random) -> tuple[str, ...]:
    databases = [name for name, share in _REACH.items() if rng.random() < share] or [_MEDLINE]
    return tuple(_dialect(database, rng) for database in databases)


def _weighted(weights: Mapping[ChoiceT, float], rng: Random) -> ChoiceT:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def _dialect(database: str, rng: Random) -> str:
    if database == _SCOPUS:
        return "scopus-ris" if rng.random() < _SHARE_SCOPUS_RIS else "scopus-csv"
    if database == _SCHOLAR:
        return "scholar-csv" if rng.random() < _SHARE_SCHOLAR_CSV else "scholar-bibtex"
    return database
