"""The stop: every proposal, look and certificate, with wording for the methods section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import (
    CheckFailed,
    RandomPhaseDrawn,
    SampleDrawn,
    StoppingCertified,
    StoppingProposed,
)
from pipeline.report import ReportSection
from pipeline.review.stopping.covered import certificates_in_force
from pipeline.review.stopping.wording import say_certificate, say_outlook_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.review.snapshot import Snapshot
    from pipeline.store import RecordedEvent

__all__ = ["build_stopping"]

_KINDS = (RandomPhaseDrawn, StoppingProposed, SampleDrawn, CheckFailed, StoppingCertified)


def build_stopping(snapshot: Snapshot) -> ReportSection:
    """Show what was drawn, proposed, checked and certified; empty before any of it."""
    recorded = snapshot.workspace.ledger.read(*_KINDS, as_of=snapshot.as_of)
    steps = pl.DataFrame(
        list(_steps(recorded)),
        schema={"event": pl.UInt64, "day": pl.String, "step": pl.String, "what": pl.String},
        orient="row",
    )
    said = [say_certificate(one) for one in certificates_in_force(snapshot)]
    if recorded and not said:
        said = [say_outlook_in_words(snapshot)]
    return ReportSection(
        anchor="stopping",
        heading="Stopping",
        text="\n\n".join(said) if recorded else "",
        table=steps,
    )


def _steps(recorded: list[RecordedEvent]) -> Iterator[tuple[int, str, str, str]]:
    for one in recorded:
        day, event = one.at.date().isoformat(), one.event
        match event:
            case RandomPhaseDrawn():
                use = "kept apart from the ranking" if event.is_kept_apart else "learnt from"
                what = f"{event.n_drawn} of {event.n_records} drawn, seed {event.seed}; {use}"
            case StoppingProposed():
                what = f"{event.rule} ({event.promise}): {event.reason}"
            case SampleDrawn():
                what = (
                    f"look {event.look}: {event.n_drawn} of {event.n_unread} unread, seed "
                    f"{event.seed}, {event.n_mixed_in} others mixed in"
                )
            case CheckFailed() | StoppingCertified():
                what = event.claim
            case _:
                continue
        yield one.seq, day, event.kind, what
