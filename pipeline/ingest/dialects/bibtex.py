"""What BibTeX fields hold, and how to tell which platform wrote a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["BIBTEX_DIALECTS", "BIBTEX_FIELDS", "BibtexDialect"]

BIBTEX_FIELDS: Final[Mapping[str, Field]] = {
    "title": "title",
    "booktitle": "book_title",
    "origtitle": "original_title",
    "abstract": "abstract",
    "author": "author",
    "year": "year",
    "date": "date",
    "journal": "journal",
    "journaltitle": "journal",
    "fjournal": "journal",
    "journal-iso": "journal_abbreviation",
    "abbrev_source_title": "journal_abbreviation",
    "shortjournal": "journal_abbreviation",
    "volume": "volume",
    "number": "issue",
    "issue": "issue",
    "pages": "pages",
    "article-number": "article_number",
    "art_number": "article_number",
    "eid": "article_number",
    "doi": "doi",
    "pmid": "pmid",
    "pubmed_id": "pmid",
    "pubmedid": "pmid",
    "pmcid": "pmcid",
    "pmc": "pmcid",
    "pmc_id": "pmcid",
    "unique-id": "accession",
    "issn": "issn",
    "eissn": "issn",
    "keywords": "keywords",
    "keyword": "keywords",
    "author_keywords": "keywords",
    "keywords-plus": "keywords",
    "language": "language",
    "langid": "language",
    "type": "publication_type",
    "document_type": "publication_type",
    "url": "url",
    "note": "note",
    "annote": "note",
    "notes": "note",
    "source": "database",
}


@dataclass(frozen=True, slots=True)
class BibtexDialect:
    """One platform's BibTeX; ``sign`` occurs in each of its files, near the beginning."""

    sign: re.Pattern[str]
    platform: str
    database: str | None = None
    fields: Mapping[str, Field] | None = None  # where it differs from `BIBTEX_FIELDS`


BIBTEX_DIALECTS: Final = (
    BibtexDialect(
        sign=re.compile(r"^@\w+\{pop\d{5},", re.MULTILINE),
        platform="Publish or Perish",
        fields={"abstract": "snippet", "related": "url"},
    ),
    BibtexDialect(
        sign=re.compile(r"^@\w+\{rayyan-\d+,", re.MULTILINE | re.IGNORECASE),
        platform="Rayyan",
    ),
    BibtexDialect(
        sign=re.compile(
            r"\A\s*Scopus\nEXPORT DATE|^\s*source\s*=\s*\{Scopus\},?$", re.MULTILINE | re.IGNORECASE
        ),
        platform="Scopus",
        database="Scopus",
    ),
    BibtexDialect(
        sign=re.compile(
            r"^@\w+\{\s*(?:ISI|WOS):\w+,|^\s*Unique-ID\s*=\s*\{+(?:ISI|WOS):", re.MULTILINE
        ),
        platform="Web of Science",
        database="Web of Science",
    ),
    BibtexDialect(
        sign=re.compile(
            r"^@\w+\{[^\W\d_]+\w*?\d{4}[^\W_]+,\n  title=\{.*\},\n  author=\{", re.MULTILINE
        ),
        platform="Google Scholar",
        database="Google Scholar",
    ),
    BibtexDialect(
        sign=re.compile(
            r"^@\w+\{[^\W_]+_[^\s,]+_(?:\d{4}|nodate)(?:-\d+)?,\n\t?\w+ = ", re.MULTILINE
        ),
        platform="Zotero",
    ),
)
