r"""Reads a full text, from plain text or PDF, into one stored text with pages.

A form feed parts the pages, as it does in the text that ``pdftotext`` writes, so that a place in
the text says its page and nothing has to be kept beside it. The text is what a person sees and
tags: a PDF's own idea of its letters is kept but for what no text may hold.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError
from pipeline.tag.plain import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PAGE_BREAK", "FullText", "page_at", "read_full_text"]

PAGE_BREAK: Final = "\f"
_PDF: Final = b"%PDF-"
_PDF_HEAD: Final = 1024  # bytes in which a PDF has to say that it is one
_MOST_PAGES: Final = 3000
_MOST_LETTERS: Final = 20_000_000  # code points of a whole text
_NOT_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_HYPHENATED: Final = re.compile(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])")


@dataclass(frozen=True, slots=True)
class FullText:
    """A full text as it is stored: pages parted by form feeds.

    Attributes
    ----------
    text
        What the offsets of tags refer to.
    n_pages
        A plain text without form feeds is one page.
    """

    text: str

    @property
    def n_pages(self) -> int:
        """How many pages there are."""
        return self.text.count(PAGE_BREAK) + 1


def page_at(text: str, start: int) -> int:
    r"""Return the page of a place, from 1.

    >>> page_at("one\ftwo", 0), page_at("one\ftwo", 4)
    (1, 2)
    """
    return text.count(PAGE_BREAK, 0, start) + 1


def read_full_text(data: bytes, *, name: str) -> FullText:
    r"""Read a full text from the bytes of a PDF or of a plain text in UTF-8.

    Parameters
    ----------
    data
        The content of the file.
    name
        Its name, for messages.

    Raises
    ------
    InputError
        It is neither, is encrypted or damaged, holds no text, or is larger than any article.

    >>> read_full_text("Cost hindered\fuse.".encode(), name="a.txt").n_pages
    2
    """
    is_pdf = _PDF in data[:_PDF_HEAD]
    text = PAGE_BREAK.join(_pdf_pages(data, name) if is_pdf else _text_pages(data, name))
    if not text.strip():
        remedy = "run text recognition (OCR) on it first" if is_pdf else "give the text itself"
        raise InputError(name, "holds no text", remedy)
    if len(text) > _MOST_LETTERS:
        raise InputError(name, "is longer than any article", "give the one report that is meant")
    return FullText(text)


def _text_pages(data: bytes, name: str) -> Iterator[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(name, "is neither a PDF nor UTF-8 text", "save it as one") from None
    return (_cleaned(plain_text(page)) for page in text.split(PAGE_BREAK))


def _pdf_pages(data: bytes, name: str) -> Iterator[str]:
    try:
        from pypdf import PdfReader
        from pypdf.errors import DependencyError, PyPdfError
    except ImportError:
        raise InputError(name, "is a PDF", "install thresher[fulltext], or give its text") from None
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(name, "is encrypted", "save it without a password")
        if len(reader.pages) > _MOST_PAGES:
            raise InputError(name, f"has more than {_MOST_PAGES} pages", "give the report alone")
        yield from (_cleaned(page.extract_text()) for page in reader.pages)
    except DependencyError as error:
        raise InputError(name, "is encrypted", "save it without a password") from error
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InputError(name, f"is a damaged PDF ({error})", "print it to a new PDF") from error


def _cleaned(page: str) -> str:
    """Take out what no text may hold, and join words that a line break has cut."""
    return _HYPHENATED.sub("", _NOT_TEXT.sub("", page.replace("\r\n", "\n"))).strip()
