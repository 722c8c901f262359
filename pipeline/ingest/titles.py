"""One title or two: a translation in brackets, with or without its original."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["two_titles"]

_BRACKETED: Final = re.compile(r"^\[(.*)\]$", re.DOTALL)
_TWO_TITLES: Final = re.compile(r"^(.{12,}?)\s*\[([^\[\]]{12,})\]$", re.DOTALL)
_ORIGINAL_LAST: Final = re.compile(
    r"^(.{12,}); \[(?!see |comment|erratum)([^\[\]]{4,})\]$", re.IGNORECASE
)


def two_titles(title: str, language: str | None) -> tuple[str, str | None]:
    """Part "[Translated]", "Original [Translated]" and Scopus's "Translated; [Original]".

    Parameters
    ----------
    title
        In plain text.
    language
        Of the publication, as a code.

    Examples
    --------
    >>> two_titles("[Sleep and tea]", "de"), two_titles("Tea [Letter]", "en")
    (('Sleep and tea', None), ('Tea [Letter]', None))
    >>> two_titles("Sleep and dry tea; [Schlaf und Tee]", "de")
    ('Sleep and dry tea', 'Schlaf und Tee')
    """
    if not title.endswith("]"):
        return title, None
    bracketed = _BRACKETED.match(title)
    if bracketed and "[" not in bracketed.group(1):
        return bracketed.group(1).strip(" ."), None
    if last := _ORIGINAL_LAST.match(title):
        return last.group(1).strip(), last.group(2).strip(" .")
    both = _TWO_TITLES.match(title)
    if both and _is_foreign(both.group(1)):
        return both.group(2).strip(), both.group(1).strip(" .")
    if both and _is_foreign(both.group(2)) and language != "en":
        return both.group(1).strip(), both.group(2).strip(" .")
    return title, None


def _is_foreign(text: str) -> bool:
    """Say whether a title beside another is in another language: it has other letters."""
    return any(character > "\xbf" and character.isalpha() for character in text)
