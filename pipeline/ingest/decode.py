"""Bytes to text, once for every format: encodings, byte-order marks, line ends, stray bytes.

Exports come as UTF-8 with and without a mark, as UTF-16, as Windows-1252, with marks in the middle
(batches glued together), with three kinds of line end in one file. Guessing a code page from
statistics goes wrong more often than it helps, so the rule is fixed: a byte-order mark decides;
else UTF-16 where every other byte is NUL; else UTF-8, in which bytes that are not UTF-8 are read as
Windows-1252 and reported.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Content

__all__ = ["decode"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Compound File Binary, the shell of XLS
_ZIP: Final = b"PK\x03\x04"
_REFUSED: Final = (
    (b"%PDF", "is a PDF", "export the references as RIS or CSV instead"),
    (b"\x1f\x8b", "is compressed with gzip", "unpack it first"),
    (b"Rar!", "is a RAR archive", "unpack it first"),
    (b"7z\xbc\xaf", "is a 7-Zip archive", "unpack it first"),
    (b"SQLite format 3", "is a database", "export the references as RIS or CSV instead"),
)
_ASK_FOR_TEXT: Final = "export the references as RIS, CSV or XML and try again"
_HEAD: Final = 1024  # bytes
_LONGEST_LINE: Final = 64 * 1024**2  # bytes; the longest of 131 real exports had 63 KB
_SNIFF: Final = 65_536  # bytes looked at to tell text from anything else
_BINARY_SHARE: Final = 0.02  # of control characters; text has none, pictures have a tenth
_CONTROL: Final = bytes({*range(0x20), 0x7F} - {*b"\t\n\x0b\x0c\r\x1a"})
_CONTINUATION: Final = bytes(range(0x80, 0xC0))  # every character of UTF-8 has one byte besides
_STRAY: Final = re.compile(r"[\udc80-\udcff]")
_CP1252: Final = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)
}


def decode(data: bytes, *, name: str) -> Content:
    r"""Decode a file and bring its line ends into one form.

    Parameters
    ----------
    data
        The file as downloaded.
    name
        What to call it in messages.

    Raises
    ------
    UnreadableExportError
        If it is empty, a PDF, an archive other than zip, or no text at all.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfTY  - JOUR\r\n\xef\xbb\xbfER  - \r", name="a.ris").text
    'TY  - JOUR\nER  - \n'
    """
    if (data[:_HEAD].isspace() and not data.strip()) or not data:
        raise UnreadableExportError(name, "is empty", "download the export again")
    _refuse_known_binaries(data, name)
    _refuse_endless_line(data, name)
    if data.startswith(_OLE2):
        return Content(name, data, "", "xls")
    if data.startswith(_ZIP):
        return Content(name, data, "", "xlsx" if b"xl/" in data else "zip")
    encoded, encoding, warnings = _as_bytes_of_ascii(data, name)
    _refuse_binaries(encoded, name)
    encoded, nuls = _without_nuls(encoded, name)
    text, encoding, strays = _utf8_or_cp1252(_one_line_end(encoded), encoding, name)
    return Content(name, data, text.rstrip("\x1a"), encoding, (*warnings, *strays, *nuls))


def _refuse_known_binaries(data: bytes, name: str) -> None:
    for magic, what, remedy in _REFUSED:
        if data.startswith(magic):
            raise UnreadableExportError(name, what, remedy)


def _refuse_endless_line(data: bytes, name: str) -> None:
    """Refuse a line that no table or tagged file holds; XML and JSON may be one line in all."""
    if data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"[", _ZIP, _OLE2)):
        return
    position = 0
    while len(data) - position > _LONGEST_LINE:
        ends = (data.rfind(mark, position, position + _LONGEST_LINE) for mark in (b"\n", b"\r"))
        end = max(ends)
        if end < 0:
            what = f"has a line of more than {_LONGEST_LINE // 1024**2} MB"
            raise UnreadableExportError(name, what, _ASK_FOR_TEXT)
        position = end + 1


def _as_bytes_of_ascii(data: bytes, name: str) -> tuple[bytes, str, tuple[str, ...]]:
    """Return the bytes in an encoding whose ASCII is one byte each: that is quick to search."""
    encoding = next((label for mark, label in _MARKS if data.startswith(mark)), None)
    encoding = encoding or _utf16_without_mark(data)
    if encoding is None or encoding == "utf-8-sig":
        return data.removeprefix(codecs.BOM_UTF8), encoding or "utf-8", ()
    text = data.decode(encoding, errors="replace")
    damaged = text.count("\ufffd") - text.endswith("\ufffd")
    warnings = (f"{name}: {damaged} characters are damaged",) if damaged else ()
    return text.encode(), encoding, warnings


def _utf16_without_mark(data: bytes) -> str | None:
    """Tell UTF-16 by its NUL bytes: western text has one in every pair, always on one side."""
    head = data[:_SNIFF]
    pairs = len(head) // 2
    if pairs == 0:
        return None
    high, low = head[0::2].count(0), head[1::2].count(0)
    for nuls, others, encoding in ((low, high, "utf-16-le"), (high, low, "utf-16-be")):
        if nuls > 0.4 * pairs and others < 0.05 * pairs:
            return encoding
    return None


def _utf8_or_cp1252(data: bytes, encoding: str, name: str) -> tuple[str, str, tuple[str, ...]]:
    try:
        return data.decode(), encoding, ()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # the file was cut inside a character
            where = f"{name}: ends in the middle of a character; the file seems to be cut"
            return data[: error.start].decode(), encoding, (where,)
    text = data.decode(errors="surrogateescape")
    n_stray = len(_STRAY.findall(text))
    n_good = sum(1 for character in text if character > "\x7f") - n_stray
    text = text.translate(_CP1252)
    if n_good > n_stray:
        warning = f"{name}: {n_stray} bytes are not UTF-8; they were read as Windows-1252"
        return text, encoding, (warning,)
    return text, "cp1252", (f"{name}: is not UTF-8; it was read as Windows-1252",)


def _refuse_binaries(data: bytes, name: str) -> None:
    head = data[:_SNIFF]
    n_control = len(head) - len(head.translate(None, _CONTROL))
    n_characters = len(head.translate(None, _CONTINUATION))
    if n_control > _BINARY_SHARE * n_characters:
        raise UnreadableExportError(name, "is not a text file", _ASK_FOR_TEXT)


def _without_nuls(data: bytes, name: str) -> tuple[bytes, tuple[str, ...]]:
    if b"\0" not in data:
        return data, ()
    warning = f"{name}: {data.count(0)} NUL bytes were left out"
    return data.replace(b"\0", b""), (warning,)


def _one_line_end(data: bytes) -> bytes:
    n_returns = data.count(b"\r")
    if n_returns and n_returns == data.count(b"\r\n"):
        data = data.replace(b"\r", b"")  # to delete one byte is five times as fast
    elif n_returns:
        data = data.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    has_mark = codecs.BOM_UTF8[0] in data and codecs.BOM_UTF8 in data
    return data.replace(codecs.BOM_UTF8, b"") if has_mark else data
