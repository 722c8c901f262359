"""PubMed's XML (``PubmedArticleSet``), with books, structured abstracts and collective authors.

The traps are known: a DOI also stands in each cited reference, so only the article's own lists
are read; titles and abstracts hold markup, so that the text of an element is all text within it;
the date is in three places and may be free text. Elements as the NLM describes them
(https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html).
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lxml import etree

from pipeline.ingest.markup import count_tags, read_elements, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.ingest.contract import Content, Field, Reading

    Parts = Iterator[tuple[Field, str]]

__all__ = ["PUBMED_XML", "PubmedXml"]

_TAGS: Final = ("PubmedArticle", "PubmedBookArticle")
_BARE_TAGS: Final = ("MedlineCitation",)  # of the older MedlineCitationSet
_SIGNATURE: Final = re.compile(r"<(?:PubmedArticle|PubmedBookArticle|MedlineCitation)[\s>]")
_SNIFFED: Final = 262_144  # characters
_ARTICLE: Final = "MedlineCitation/Article"
_PLAIN: Final[tuple[tuple[str, Field], ...]] = (
    ("MedlineCitation/PMID", "pmid"),
    ("BookDocument/PMID", "pmid"),
    (f"{_ARTICLE}/ArticleTitle", "title"),
    ("BookDocument/ArticleTitle", "title"),
    ("BookDocument/Book/BookTitle", "book_title"),
    (f"{_ARTICLE}/VernacularTitle", "original_title"),
    ("BookDocument/VernacularTitle", "original_title"),
    (f"{_ARTICLE}/Journal/Title", "journal"),
    (f"{_ARTICLE}/Journal/ISOAbbreviation", "journal_abbreviation"),
    ("MedlineCitation/MedlineJournalInfo/MedlineTA", "journal_abbreviation"),
    (f"{_ARTICLE}/Journal/JournalIssue/Volume", "volume"),
    (f"{_ARTICLE}/Journal/JournalIssue/Issue", "issue"),
    (f"{_ARTICLE}/Pagination/MedlinePgn", "pages"),
    ("BookDocument/Pagination/MedlinePgn", "pages"),
    (f"{_ARTICLE}/Pagination/StartPage", "first_page"),
    (f"{_ARTICLE}/Pagination/EndPage", "last_page"),
    (f"{_ARTICLE}/ELocationID[@EIdType='doi']", "doi"),
    ("PubmedData/ArticleIdList/ArticleId[@IdType='doi']", "doi"),
    ("PubmedBookData/ArticleIdList/ArticleId[@IdType='doi']", "doi"),
    ("BookDocument/ArticleIdList/ArticleId[@IdType='doi']", "doi"),
    ("PubmedData/ArticleIdList/ArticleId[@IdType='pmc']", "pmcid"),
    (f"{_ARTICLE}/Journal/ISSN", "issn"),
    ("MedlineCitation/MedlineJournalInfo/ISSNLinking", "issn"),
    ("BookDocument/Book/Isbn", "issn"),
    (f"{_ARTICLE}/Language", "language"),
    ("BookDocument/Language", "language"),
    (f"{_ARTICLE}/PublicationTypeList/PublicationType", "publication_type"),
    ("BookDocument/PublicationType", "publication_type"),
    ("MedlineCitation/KeywordList/Keyword", "keyword"),
    ("BookDocument/KeywordList/Keyword", "keyword"),
)
_DATES: Final = (
    f"{_ARTICLE}/Journal/JournalIssue/PubDate",
    f"{_ARTICLE}/ArticleDate",
    "BookDocument/Book/PubDate",
    "BookDocument/ContributionDate",
)
_ABSTRACTS: Final = (
    f"{_ARTICLE}/Abstract",
    "BookDocument/Abstract",
    "MedlineCitation/OtherAbstract",
)
_AUTHORS: Final = (
    f"{_ARTICLE}/AuthorList/Author",
    "BookDocument/AuthorList/Author",
    "BookDocument/Book/AuthorList/Author",
)
_NOTEWORTHY: Final = frozenset(
    {"RetractionIn", "RetractionOf", "ExpressionOfConcernIn", "ErratumIn", "PartialRetractionIn"}
)


@dataclass(frozen=True, slots=True)
class PubmedXml:
    """Articles and books as PubMed's "XML" and the E-utilities give them."""

    name: Literal["pubmed-xml"] = "pubmed-xml"
    description: str = "PubMed XML, articles and books"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        """Say whether an article's element is there.

        >>> from pipeline.ingest.contract import Content
        >>> PUBMED_XML.recognises(Content("a", b"", "<PubmedArticleSet><PubmedArticle>", "utf-8"))
        True
        """
        text = content.text[:_SNIFFED]
        return text.lstrip().startswith("<") and _SIGNATURE.search(text) is not None

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the file into articles and books; ``columns`` does not apply.

        Raises
        ------
        UnreadableExportError
            The file declares entities.

        >>> from pipeline.ingest.contract import Content
        >>> text = "<MedlineCitation><PMID>17</PMID></MedlineCitation>"
        >>> PUBMED_XML.read(Content("a", b"", text, "utf-8")).entries[0].parts
        (('pmid', '17'), ('accession', '17'))
        """
        del columns
        tags = _TAGS if count_tags(content.text, _TAGS) else _BARE_TAGS
        return read_elements(
            content, tags=tags, parts_of=_parts, platform="PubMed", database="Medline"
        )


def _parts(element: etree._Element) -> Parts:
    if element.tag in _BARE_TAGS:
        bare, element = element, etree.Element(_TAGS[0])
        element.append(deepcopy(bare))
    yield from _plain_parts(element)
    for paths, parts_of in _LISTED:
        for path in paths:
            for found in element.iterfind(path):
                yield from parts_of(found)


def _plain_parts(element: etree._Element) -> Parts:
    for path, part in _PLAIN:
        for found in element.iterfind(path):
            if text := text_of(found):
                yield part, text
    if number := text_of(element.find("*/PMID")):
        yield "accession", number


def _name(author: etree._Element) -> Parts:
    collective = text_of(author.find("CollectiveName"))
    if collective:
        yield "corporate_author", collective
        return
    family = text_of(author.find("LastName"))
    given = text_of(author.find("ForeName")) or text_of(author.find("Initials"))
    suffix = text_of(author.find("Suffix"))
    if name := ", ".join(filter(None, (family, given, suffix))):
        yield "author", name


def _abstract(abstract: etree._Element) -> Parts:
    paragraphs = []
    for paragraph in abstract.iterfind("AbstractText"):
        label = (paragraph.get("Label") or "").strip()
        if text := text_of(paragraph):
            paragraphs.append(f"{label}: {text}" if label else text)
    if paragraphs:
        yield "abstract", "\n".join(paragraphs)


def _date(date: etree._Element) -> Parts:
    year = text_of(date.find("Year"))
    if year:
        yield "year", year
    pieces = [text_of(date.find(unit)) for unit in ("Year", "Month", "Day", "Season")]
    pieces = [piece for piece in pieces if piece]
    if all(piece.isdigit() for piece in pieces) and pieces:
        yield "date", "-".join(piece.zfill(2) for piece in pieces)
    elif pieces:
        yield "date", " ".join(pieces)
    if text := text_of(date.find("MedlineDate")):
        yield "date", text


def _heading(heading: etree._Element) -> Parts:
    is_major = any(child.get("MajorTopicYN") == "Y" for child in heading)
    descriptor = text_of(heading.find("DescriptorName"))
    names = [descriptor, *(text_of(qualifier) for qualifier in heading.iterfind("QualifierName"))]
    yield "keyword", ("*" if is_major else "") + "/".join(names)


def _correction(correction: etree._Element) -> Parts:
    if (kind := correction.get("RefType")) in _NOTEWORTHY:
        yield "note", f"{kind}: {text_of(correction.find('RefSource'))}"


_LISTED: Final = (
    (_AUTHORS, _name),
    (_ABSTRACTS, _abstract),
    (_DATES, _date),
    (("MedlineCitation/MeshHeadingList/MeshHeading",), _heading),
    (("MedlineCitation/CommentsCorrectionsList/CommentsCorrections",), _correction),
)
PUBMED_XML: Final = PubmedXml()
