"""Years and dates of every form to ISO 8601, as precise as the source and no more.

``2020//``, ``2022/11/05/``, ``1998///Fal 1998``, ``2020 Feb 3``, ``2017 Nov-Dec``, ``DEC 16`` with
the year elsewhere, ``2019/12//undefined``, ``0, 2015``, ``20170418``: all occur in exports.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["iso_date", "year_in"]

_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_COMPACT: Final = re.compile(r"^(1[5-9]\d\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
_NUMERIC: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero janeiro",
            "feb february februar",
            "mar march mars",
            "apr april avril abr",
            "may mai mayo",
            "jun june juni juin",
            "jul july juli juillet",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_WORDS: Final = re.compile(r"[^\W\d_]+|\d+")
_DAY_DIGITS: Final = 2
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@lru_cache(maxsize=65_536)
def year_in(text: str) -> int | None:
    """Return the first year from 1500 to 2099 in a text.

    >>> year_in("1998///Fal 1998"), year_in("n.d.")
    (1998, None)
    """
    found = _YEAR.search(text)
    if found:
        return int(found.group(1))
    compact = _COMPACT.match(text.strip())
    return int(compact.group(1)) if compact else None


@lru_cache(maxsize=65_536)
def iso_date(text: str, year: int | None = None) -> str | None:
    """Return a date as ISO 8601; ``year`` helps a text that has none.

    Examples
    --------
    >>> [iso_date(t) for t in ("2020//", "2022/11/05/", "2020 Feb 3", "2017 Nov-Dec", "20170418")]
    ['2020', '2022-11-05', '2020-02-03', '2017-11', '2017-04-18']
    >>> iso_date("DEC 16", 2020), iso_date("Aug 1 2019"), iso_date("0, 2015"), iso_date("Fall")
    ('2020-12-16', '2019-08-01', '2015', None)
    """
    text = text.strip()
    compact = _COMPACT.match(text) or _NUMERIC.match(text)
    if compact:
        return _put_together(
            int(compact.group(1)), int(compact.group(2)), int(compact.group(3) or 0)
        )
    found = year_in(text) or year
    if found is None:
        return None
    month = day = 0
    for word in _WORDS.findall(text):
        if word.isdigit():
            day = day or (
                int(word) if len(word) <= _DAY_DIGITS and (month or text.startswith(word)) else 0
            )
        else:
            month = month or _MONTHS.get(word.casefold(), 0)
    return _put_together(found, month, day)


def _put_together(year: int, month: int, day: int) -> str:
    if not 1 <= month <= len(_DAYS):
        return f"{year:04d}"
    if not 1 <= day <= _DAYS[month - 1]:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}"
