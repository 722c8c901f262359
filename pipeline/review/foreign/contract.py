"""What a reader of another tool's decisions is given and what it gives back.

Other tools leave their decisions in free notes, in keywords, or in which list they export. A reader
says what one record says in its tool's dialect; who is meant, which citation it is, and whether all
of it can be taken in is the same for every tool and happens once: `pipeline.review.foreign.taking`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.ingest import ParsedExport

__all__ = ["DecisionSource", "ForeignDecision", "ForeignRecord", "list_records"]


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """One record of another tool's file: where its decisions may be written."""

    position: int  # in the file, from 1
    platform: str | None  # the tool that wrote the file, where that is known
    title: str
    notes: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForeignDecision:
    """What one person decided about one record, in the words of the other tool."""

    position: int  # of the record in the file
    decision: str  # include | exclude | maybe
    stage: str | None = None  # where the tool says
    reviewer: str | None = None  # as named there; None where the file names nobody
    reasons: str = ""  # as written: several are parted by commas, and a reason may hold one
    note: str | None = None
    decided_at: dt.datetime | None = None


class DecisionSource(Protocol):
    """One tool, or one convention, of writing decisions down."""

    @property
    def name(self) -> str:
        """The name that ``--tool`` takes."""

    @property
    def description(self) -> str:
        """Whose decisions these are, in words for a person."""

    def read(self, record: ForeignRecord, *, listed_as: str | None) -> list[ForeignDecision]:
        """Return what a record says.

        ``listed_as`` is what the whole file stands for, where a person said so.
        """


def list_records(export: ParsedExport) -> list[ForeignRecord]:
    r"""Return the records of a file with the places where decisions may be written.

    >>> from pipeline.ingest import parse_export
    >>> data = b"TY  - JOUR\nTI  - On naps\nN1  - ASReview_relevant\nER  - \n"
    >>> list_records(parse_export(data, name="a.ris"))[0].notes
    ('ASReview_relevant',)
    """
    columns = export.entries.select("position", "title", "doi", "notes", "keywords")
    return [
        ForeignRecord(
            position=position,
            platform=export.platform,
            title=title or doi or "",
            notes=tuple(notes or ()),
            keywords=tuple(keywords or ()),
        )
        for position, title, doi, notes, keywords in columns.iter_rows()
    ]
