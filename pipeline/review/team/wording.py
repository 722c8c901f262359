"""How the reviewers worked, in the words of a methods section (PRISMA 2020, item 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.config import Screening

__all__ = ["say_screening_rule"]


def say_screening_rule(screening: Screening) -> str:
    """Say who read what, and how their decisions become one outcome.

    >>> from pipeline.config import Screening
    >>> say_screening_rule(Screening(mode="independent", batch_size=50))
    'Reviewers read the same frozen batches of 50 independently, the order being renewed only when
    all had finished; one include keeps a citation, 2 excludes drop it, and disagreements are
    resolved by a person'
    """
    n = screening.n_excludes
    drops = "1 exclude drops it" if n == 1 else f"{n} excludes drop it"
    rule = f"one include keeps a citation, {drops}, and disagreements are resolved by a person"
    read = {
        "single": "Each citation was read by one reviewer; where two did, " if n == 1 else "",
        "shared": (
            "Reviewers shared the reading, "
            f"a random {screening.overlap:.0%} of the citations being read by two; "
        ),
        "independent": (
            f"Reviewers read the same frozen batches of {screening.batch_size} independently, the "
            "order being renewed only when all had finished; "
        ),
    }[screening.mode]
    said = read + rule
    return said[:1].upper() + said[1:]
