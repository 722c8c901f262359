"""All dialects of tables, in the order in which they are tried.

A table is recognised by the names in its header, never by their position: the set of columns is
often the searcher's choice. Each of a dialect's ``marks`` is a set of names that no other platform
writes together; one of the sets is enough. Names are compared folded (`fold`): case, quotes around
them and runs of blanks do not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ingest.dialects.database_tables import (
    COCHRANE,
    DIMENSIONS,
    EBSCO,
    EMBASE,
    GOOGLE_SCHOLAR,
    IEEE,
    LENS,
    OPENALEX,
    OVID,
    PROQUEST,
    PUBMED,
    SCOPUS,
    WEB_OF_SCIENCE,
)
from pipeline.ingest.dialects.register_tables import CLINICAL_TRIALS, ICTRP
from pipeline.ingest.dialects.tool_tables import (
    ASREVIEW,
    COVIDENCE,
    PUBLISH_OR_PERISH,
    RAYYAN,
    REFWORKS,
    THRESHER,
    ZOTERO,
)

if TYPE_CHECKING:
    from pipeline.ingest.dialects.table_shape import TableDialect

__all__ = ["TABLE_DIALECTS"]

TABLE_DIALECTS: Final[tuple[TableDialect, ...]] = (
    ASREVIEW,  # adds its columns to a table of any other platform
    COVIDENCE,
    THRESHER,
    PUBLISH_OR_PERISH,
    ZOTERO,
    REFWORKS,
    RAYYAN,
    EMBASE,
    SCOPUS,
    PUBMED,
    OVID,
    COCHRANE,
    EBSCO,
    PROQUEST,
    LENS,
    DIMENSIONS,
    OPENALEX,
    CLINICAL_TRIALS,
    ICTRP,
    IEEE,
    WEB_OF_SCIENCE,
    GOOGLE_SCHOLAR,
)
