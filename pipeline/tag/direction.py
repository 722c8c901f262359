"""Decides whether a factor named in a sentence hinders, helps, or merely matters.

The rules, in the order in which they are tried; the first that applies gives its reason:

heading        "barriers included cost and time": the heading rules what it lists
absence        "lack of training": a missing helper hinders, a missing hindrance helps
relief         "reduced the burden", "overcame mistrust": a hindrance taken away helps
need           "training is needed": a recommendation, told apart from a reported helper
governor       "cost hindered uptake": the verb of the clause rules its factors
own direction  "mistrust", "user-friendly": some phrases say it themselves
cue            "connectivity was poor": the nearest word with a direction
influence      "age influenced uptake": it matters, no direction is given

A negation turns a governor or a cue round. What a clause is, says :mod:`pipeline.tag.clauses`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pipeline.tag.clauses import JOINS

if TYPE_CHECKING:
    from pipeline.tag.clauses import Clause
    from pipeline.tag.lexicon import Match

__all__ = ["LEANS", "Direction", "Verdict", "judge"]

Direction = Literal["barrier", "facilitator", "unspecified"]

LEANS: Final = ("neutral", "barrier", "facilitator", "rival")  # what a phrase says by itself
_NEAR: Final = 5  # words: how far a modifier reaches to its noun
_REACH: Final = {"fall": 2, "rise": 2}  # words: "less" and "more" stand close to what they modify
_FLIP: Final = 3  # words: how far a negation reaches
_CUE: Final = 10  # words: how far a cue without grammar is believed
_LIST_STEP: Final = 3  # words: how far apart the members of a list may be
# fmt: off
_LINKS: Final = frozenset((
    "also", "are", "as", "be", "became", "been", "being", "considered", "described", "felt",
    "found", "is", "often", "only", "perceived", "rated", "remained", "remains", "reported",
    "seemed", "seems", "seen", "still", "to", "too", "very", "was", "were",
))
_NEEDED: Final = frozenset((
    "essential", "imperative", "necessary", "needed", "recommended", "required", "suggested",
    "urged", "warranted",
))
_JUDGING: Final = frozenset((
    "consider", "considered", "describe", "described", "experience", "experienced", "find",
    "found", "name", "named", "perceive", "perceived", "regard", "regarded", "report",
    "reported", "see", "seen", "think", "thought", "view", "viewed",
))
# fmt: on
_MODALS: Final = frozenset(("can", "could", "may", "might", "should", "would"))
_LEAN_DIRECTIONS: Final[dict[str, Direction]] = {
    "barrier": "barrier",
    "facilitator": "facilitator",
}
_OPPOSITE: Final[dict[Direction, Direction]] = {
    "barrier": "facilitator",
    "facilitator": "barrier",
    "unspecified": "unspecified",
}


class Verdict(NamedTuple):
    """A direction, the reason for it in words, and whether it is a recommendation."""

    direction: Direction
    why: str
    is_recommendation: bool = False


def judge(factor: Match, clause: Clause) -> Verdict | None:
    """Return the direction of one factor in its clause, or None where the text gives none."""
    for rule in _RULES:
        verdict = rule(factor, clause)
        if verdict is not None:
            return verdict
    return None


# ── heading ─────────────────────────────────────────────────────────────────────────────────────
def _by_heading(factor: Match, clause: Clause) -> Verdict | None:
    before = [governor for governor in clause.governors if governor.last <= factor.first]
    heading = before[-1] if before else clause.inherited
    if heading is None or (before and not clause.lists(heading)):
        return None
    if _has_own_predicate(factor, clause):
        return None
    direction, how = _turned(heading, clause)
    return Verdict(direction, f"heading: {clause.passage.quote(heading)!r}{how}")


def _has_own_predicate(factor: Match, clause: Clause) -> bool:
    """Return whether "X was helpful" follows, so that no earlier heading rules X."""
    for governor in clause.governors:
        between = clause.words[factor.last : governor.first]
        if 0 < len(between) <= _NEAR and any(word in _LINKS for word in between):
            return True
    return False


# ── absence, relief, rise, negation beside the factor ───────────────────────────────────────────
def _by_modifier(factor: Match, clause: Clause) -> Verdict | None:
    kinds = ["absence", "relief", "defect", "fall", "rise"]
    if not clause.governors:  # else a negation turns the governor, not the factor
        kinds.append("negation")
    for kind in kinds:
        for cue in clause.cues.get(kind, ()):
            if _reaches(cue, factor, clause):
                return _modified(kind, cue, factor, clause)
    return None


def _reaches(cue: Match, factor: Match, clause: Clause) -> bool:
    """Return whether a modifier stands before the factor, or before a list that it is part of."""
    if cue.last > factor.first:
        return False
    chain = [f for f in clause.factors if cue.last <= f.first < factor.first]
    step = cue.last
    for member in [*chain, factor]:
        reach = _REACH.get(cue.entry.key, _NEAR) if step == cue.last else _LIST_STEP
        if member.first - step > reach:
            return False
        if step != cue.last and not _joined(clause, step, member.first):
            return False
        step = max(step, member.last)
    return not _crosses(clause, cue.last, chain[0].first if chain else factor.first)


def _joined(clause: Clause, first: int, last: int) -> bool:
    """Return whether two factors are members of one list: nothing but joins and adjectives."""
    if first >= last:
        return True
    words = set(clause.words[first:last])
    is_list = bool(words & JOINS) or "," in clause.passage.gap(first)
    ruled = any(first <= governor.first < last for governor in clause.governors)
    return is_list and not ruled and not words & _LINKS


def _crosses(clause: Clause, first: int, last: int) -> bool:
    """Return whether a comma or a verb stands between a modifier and its noun."""
    return any("," in clause.passage.gap(at) for at in range(first, last + 1)) or any(
        word in _LINKS for word in clause.words[first:last]
    )


def _modified(kind: str, cue: Match, factor: Match, clause: Clause) -> Verdict:
    words, hinders = clause.passage.quote(cue), factor.entry.lean == "barrier"
    if kind == "relief":
        return Verdict("facilitator", f"relief: {words!r}", bool(clause.cues.get("need")))
    if kind == "rise":
        direction: Direction = "barrier" if hinders else "facilitator"
        return Verdict(direction, f"more of it: {words!r}", bool(clause.cues.get("need")))
    is_first = not any(cue.last <= other.first < factor.first for other in clause.factors)
    if hinders and kind != "defect" and is_first:
        return Verdict("facilitator", f"{kind} of a hindrance: {words!r}")
    return Verdict("barrier", f"{kind}: {words!r}")


def _by_predicate(factor: Match, clause: Clause) -> Verdict | None:
    """Judge "X was lacking", "X were insufficient"."""
    for cue in clause.cues_of("absence", "defect"):
        between = clause.words[factor.last : cue.first]
        if 0 < len(between) <= _NEAR and between[0] in _LINKS:
            hinders = factor.entry.lean == "barrier" and cue.entry.key == "absence"
            direction: Direction = "facilitator" if hinders else "barrier"
            return Verdict(direction, f"{cue.entry.key}: {clause.passage.quote(cue)!r}")
    return None


# ── need, governor, own direction, cue ──────────────────────────────────────────────────────────
def _by_rivalry(factor: Match, clause: Clause) -> Verdict | None:
    """Judge "preferred to meet in person": wanting the alternative hinders."""
    if factor.entry.lean != "rival":
        return None
    for cue in clause.cues_of("wish", "absence"):
        return Verdict("barrier", f"rival wanted: {clause.passage.quote(cue)!r}")
    return None


def _by_need(factor: Match, clause: Clause) -> Verdict | None:
    """Judge "training is needed" and "should offer training", but not who should offer it."""
    for cue in clause.cues.get("need", ()):
        if factor.entry.lean == "barrier" and not clause.cues.get("relief"):
            continue
        is_passive = _is_passive(cue, clause)
        if factor.first >= cue.last or is_passive:
            words = clause.passage.quote(cue)
            return Verdict("facilitator", f"need: {words!r}", is_recommendation=True)
    return None


def _is_passive(cue: Match, clause: Clause) -> bool:
    """Tell "training is needed" and "should be trained" from "the time needed to train"."""
    before = clause.words[max(0, cue.first - 2) : cue.last]
    needed = clause.words[cue.last - 1] in _NEEDED and bool(_LINKS.intersection(before))
    return needed or clause.words[cue.last : cue.last + 1] == ["be"]


def _by_governor(factor: Match, clause: Clause) -> Verdict | None:
    governors = [governor for governor in clause.governors if not _overlap(governor, factor)]
    if not governors:
        return None
    governor = min(governors, key=lambda g: (_distance(g, factor, clause), g.first))
    direction, how = _turned(governor, clause)
    return Verdict(direction, f"governor: {clause.passage.quote(governor)!r}{how}")


def _by_influence(_: Match, clause: Clause) -> Verdict | None:
    for cue in clause.cues_of("unspecified"):
        return Verdict("unspecified", f"influence: {clause.passage.quote(cue)!r}")
    return None


def _by_lean(factor: Match, clause: Clause) -> Verdict | None:
    lean = _LEAN_DIRECTIONS.get(factor.entry.lean)
    if lean is None:
        return None
    return Verdict(lean, f"own direction: {clause.passage.quote(factor)!r}")


def _by_cue(factor: Match, clause: Clause) -> Verdict | None:
    named = [other for other in clause.factors if other.entry.lean == "neutral"]  # not as cues
    near = [
        cue
        for cue in clause.cues_of("barrier.cues", "facilitator.cues")
        if not _overlap(cue, factor)
        and not any(_overlap(cue, other) for other in named)
        and _distance(cue, factor, clause) <= _CUE
    ]
    if not near:
        return None
    cue = min(near, key=lambda near_cue: (_distance(near_cue, factor, clause), near_cue.first))
    direction, how = _turned(cue, clause)
    return Verdict(direction, f"cue: {clause.passage.quote(cue)!r}{how}")


def _turned(cue: Match, clause: Clause) -> tuple[Direction, str]:
    """Return the direction of a cue after the negations and reliefs around it."""
    direction: Direction = "barrier" if cue.entry.key.startswith("barrier") else "facilitator"
    for turner in _turners(cue, direction, clause):
        return _OPPOSITE[direction], f", turned by {clause.passage.quote(turner)!r}"
    return direction, ""


def _turners(cue: Match, direction: Direction, clause: Clause) -> list[Match]:
    """Return what turns a cue: "no barrier", "barriers were overcome", "not seen as a barrier"."""
    kinds = ("negation", "relief", "fall") if direction == "barrier" else ("negation", "absence")
    before = [t for t in clause.cues_of(*kinds) if 0 <= cue.first - t.last < _FLIP]
    after = [
        t for t in clause.cues_of("relief") if direction == "barrier" and _follows(t, cue, clause)
    ]
    judged = [
        t
        for t in clause.cues_of("negation")
        if t.last <= cue.first and _JUDGING.intersection(clause.words[t.last : t.last + 2])
    ]
    return [*before, *after, *judged]


def _follows(relief: Match, cue: Match, clause: Clause) -> bool:
    between = clause.words[cue.last : relief.first]
    return 0 < len(between) <= _FLIP and between[0] in _LINKS | _MODALS


def _distance(cue: Match, factor: Match, clause: Clause) -> int:
    """Return the words between two matches; a comma between them counts as several."""
    left, right = min(cue, factor), max(cue, factor)
    first, last = left.last, right.first
    commas = sum(
        "," in clause.passage.gap(at) for at in range(first, last + 1) if at < len(clause.words)
    )
    return max(last - first, 0) + 3 * commas


def _overlap(left: Match, right: Match) -> bool:
    return left.first < right.last and right.first < left.last


_RULES: Final = (
    _by_rivalry,
    _by_heading,
    _by_modifier,
    _by_predicate,
    _by_need,
    _by_governor,
    _by_influence,
    _by_lean,
    _by_cue,
)
