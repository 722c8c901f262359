"""What both Scopus formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.example.dialects.base import abstract_text

if TYPE_CHECKING:
    from random import Random

    from pipeline.example.publication import Publication

__all__ = [
    "SCOPUS_LANGUAGES",
    "SCOPUS_STRATEGY",
    "SCOPUS_TYPES",
    "scopus_abstract",
    "scopus_link",
    "scopus_title",
]

SCOPUS_LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "pt": "Portuguese",
}
SCOPUS_TYPES: Final = {
    "article": "Article",
    "review": "Review",
    "editorial": "Editorial",
    "erratum": "Erratum",
    "conference": "Conference paper",
    "preprint": "Article",
}
SCOPUS_STRATEGY: Final = (
    'TITLE-ABS-KEY("mental health" OR psychiatr*) AND TITLE-ABS-KEY(digital OR online OR '
    "internet OR app OR tele*) AND TITLE-ABS-KEY(implement* OR barrier* OR facilitator* OR "
    "adopt*) AND PUBYEAR > 2009 AND PUBYEAR < 2023"
)
_SHARE_LOST_ABSTRACT: Final = 0.03  # abstracts that the publisher did not deliver
_SHARE_COPYRIGHT: Final = 0.9


def scopus_abstract(publication: Publication, rng: Random) -> str:
    """Return the abstract with its notice, or the placeholder that Scopus writes instead."""
    if not publication.sections or rng.random() < _SHARE_LOST_ABSTRACT:
        return "[No abstract available]"
    text = abstract_text(publication)
    if rng.random() < _SHARE_COPYRIGHT:
        text += f" © {publication.print_year} {publication.journal.publisher}. All rights reserved."
    return text.replace("p < 0", "p &lt; 0")


def scopus_title(publication: Publication) -> str:
    """Return the title, with the original one in brackets where there is one."""
    if publication.original_title is None:
        return publication.title
    return f"{publication.title}; [{publication.original_title}]"


def scopus_link(eid: str | None, publication: Publication) -> str:
    """Return the address that Scopus gives a record; it holds the accession number."""
    doi = f"&doi={publication.doi.replace('/', '%2f')}" if publication.doi else ""
    return f"https://www.scopus.com/inward/record.uri?eid={eid}{doi}&partnerID=40"
