"""Hand a reviewer's reading out as a file, for people without a notebook; `decide` takes it back.

The file holds what is theirs to read, in their order, and nothing that a model or another reviewer
said. In the CSV the column ``decision`` is to be filled in; a row left empty is left unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import UnknownNameError
from pipeline.report import EXPORTERS, list_screened, write_safe_csv
from pipeline.review.reading import reading_list
from pipeline.schemas import Citation, CitationOutcome

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["HANDOUT_FORMATS", "write_handout"]

HANDOUT_FORMATS: Final = ("csv", "ris")


def write_handout(snapshot: Snapshot, reviewer: str, file_format: str) -> tuple[bytes, int]:
    """Return the file and how many citations it holds.

    Raises
    ------
    UnknownNameError
        There is no such format.
    """
    if file_format not in HANDOUT_FORMATS:
        raise UnknownNameError("hand-out format", file_format, HANDOUT_FORMATS)
    reading = reading_list(snapshot, reviewer).citations.select("citation_id", "position")
    citations = reading.join(snapshot.citations, on="citation_id", maintain_order="left")
    if file_format == "ris":
        plain = Citation.validate(citations.select(*Citation.columns()))
        screened = list_screened(plain, CitationOutcome.create_empty())
        return EXPORTERS["ris"].write(screened), citations.height
    empty = pl.lit("")
    table = citations.select(
        "citation_id",
        empty.alias("decision"),
        empty.alias("reasons"),
        empty.alias("note"),
        "title",
        "abstract",
        pl.col("authors").list.join("; "),
        "year",
        "journal",
        "doi",
        stage=pl.lit("title-abstract"),
        queue_position="position",
    )
    return write_safe_csv(table).encode(), citations.height
