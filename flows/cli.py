"""The command line, ``thresher``: thin commands over the façade.

Exit codes: 0 done; 1 ``verify`` found something; 2 bad input, with one sentence that says where,
what and what to do; 3 a fault of Thresher's own. Heavy libraries are imported by the commands that
need them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import typer

from flows.commands import (
    archives,
    changes,
    coding,
    conflicts,
    counting,
    deduplication,
    demo,
    fetching,
    finding,
    numbers,
    pasting,
    people,
    ranking,
    relations,
    retrieval,
    screening,
    searches,
    serving,
    simulating,
    stages,
    stopping,
    stores,
    team,
)
from flows.output import warn
from pipeline.errors import ContractError, ReviewError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COMMANDS", "app", "main"]

COMMANDS: Final[dict[str, tuple[Callable[..., None], ...]]] = {
    "Start": (demo.demo, searches.init, people.status),
    "Searches": (
        searches.inspect,
        searches.add,
        fetching.fetch,
        pasting.paste,
        searches.rejected,
        searches.withdraw,
        finding.find,
    ),
    "Run": (stages.run, serving.serve, changes.changes),
    "Duplicates": (deduplication.dedupe, relations.relations),
    "Screening": (
        screening.screen,
        people.decide,
        team.handout,
        team.team,
        conflicts.conflicts,
        team.agreement,
        team.criteria,
        ranking.explain,
        ranking.second_look,
        stopping.stop,
    ),
    "Full texts and coding": (retrieval.fulltext, stages.tag, coding.code, coding.coded),
    "Numbers": (
        counting.prisma,
        numbers.report,
        numbers.export,
        numbers.publish,
    ),
    "Safekeeping": (numbers.verify, archives.archive, archives.replay, stores.move),
    "Methods": (simulating.simulate,),
}
"""Every command, in the order of a review, under the heading that the help shows."""

_BAD_INPUT: Final = 2
_OWN_FAULT: Final = 3

app = typer.Typer(
    name="thresher",
    help="From database exports to a PRISMA 2020 flow in which every number can list its records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _heading, _commands in COMMANDS.items():
    for _command in _commands:
        app.command(rich_help_panel=_heading)(_command)


def main() -> None:
    """Run the command line; known troubles end in one sentence and an exit code."""
    try:
        app()
    except ContractError as error:
        warn(f"{error}; this is a fault of Thresher, the review is unharmed: please report it")
        sys.exit(_OWN_FAULT)
    except ReviewError as error:
        warn(str(error))
        sys.exit(_BAD_INPUT)
