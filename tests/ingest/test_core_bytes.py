"""Encodings, marks, line ends and stray bytes; archives; what is refused, and in which words."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UnreadableExportError
from pipeline.ingest import parse_export, unpack_export
from pipeline.ingest.decode import decode

RECORD = "TY  - JOUR\nTI  - Über naïve Eulen – ein Überblick\nER  - \n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (RECORD.encode(), "utf-8"),
        (RECORD.encode("utf-8-sig"), "utf-8-sig"),
        (RECORD.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + RECORD.encode("utf-16-be"), "utf-16"),
        (RECORD.encode("utf-16-le"), "utf-16-le"),
        (RECORD.encode("utf-16-be"), "utf-16-be"),
        (RECORD.encode("utf-32"), "utf-32"),
        (RECORD.encode("cp1252"), "cp1252"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_encoding_and_line_end_gives_the_same_text(data, encoding, line_end):
    codec = encoding.removesuffix("-sig") if encoding == "utf-8-sig" else encoding
    ends = line_end.encode("utf-16-le" if codec == "utf-16" else codec)
    if codec in {"utf-16", "utf-32"}:  # the marks are in the way: encode anew
        data = RECORD.replace("\n", line_end).encode(codec)
    else:
        data = data.replace("\n".encode(codec), ends)
    content = decode(data, name="eulen.ris")
    assert content.text == RECORD
    assert content.encoding == encoding
    assert bool(content.warnings) == (encoding == "cp1252")


def test_marks_in_the_middle_are_dropped():
    batches = f"\ufeff{RECORD}\ufeff{RECORD}".encode()
    assert parse_export(batches, name="x").entries.height == 2


def test_a_few_stray_bytes_do_not_spoil_the_rest():
    data = RECORD.encode() + b"TY  - JOUR\nTI  - Caf\xe9 in M\xc3\xbcnchen\nER  - \n"
    content = decode(data, name="x")
    assert "Café in München" in content.text
    assert "Überblick" in content.text
    assert content.encoding == "utf-8"
    assert "1 bytes" in content.warnings[0]


def test_a_file_cut_inside_a_character_loses_that_character_and_says_so():
    data = b"\xef\xbb\xbf" + RECORD.encode() + "TY  - JOUR\nTI  - Gr\u00fc".encode()[:-1]
    content = decode(data, name="x")
    assert content.text.endswith("Gr")
    assert "cut" in content.warnings[0]


def test_nul_bytes_are_left_out_and_counted():
    content = decode(RECORD.encode().replace(b"naive", b"na\x00ive") + b"\x00" * 1, name="x")
    assert "\x00" not in content.text
    assert "NUL" in content.warnings[0]


def test_sheets_keep_their_bytes_and_have_no_text():
    content = decode(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64, name="x.xls")
    assert (content.text, content.encoding) == ("", "xls")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"SQLite format 3\x00", "database"),
        (bytes(range(256)) * 8, "not a text"),
        (b"Dear all, please find attached nothing at all.", "no format"),
    ],
)
def test_what_is_no_export_is_refused_with_its_name_and_a_remedy(data, word):
    with pytest.raises(UnreadableExportError, match=word) as refused:
        parse_export(data, name="searches/odd.ris")
    assert str(refused.value).startswith("searches/odd.ris: ")
    assert refused.value.remedy


def test_an_endless_line_is_refused_unless_it_is_markup():
    with pytest.raises(UnreadableExportError, match="line of more than 64 MB"):
        decode(b"TY  - JOUR\n" + b"x" * (65 * 1024**2), name="x.ris")
    assert decode(b"<records>" + b" " * (65 * 1024**2), name="x.xml").text


@given(st.binary(max_size=200))
def test_decoding_never_fails_in_another_way(data):
    try:
        content = decode(data, name="x")
    except UnreadableExportError:
        return
    assert "\r" not in content.text
    assert "\ufeff" not in content.text
    assert "\x00" not in content.text


# ── archives ────────────────────────────────────────────────────────────────────────────────────
def _zip(members: dict[str, bytes], **attributes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in attributes.items():
                setattr(member, attribute, value)
            archive.writestr(member, data)
    return buffer.getvalue()


def test_a_zip_of_split_exports_gives_each_of_them_and_no_clutter():
    data = _zip({"1-500.ris": b"TY", "more/501.ris": b"ER", "__MACOSX/._1.ris": b"", "a/": b""})
    assert unpack_export("all.zip", data) == [("1-500.ris", b"TY"), ("more/501.ris", b"ER")]


def test_gzip_and_plain_files_and_spreadsheets_pass():
    assert unpack_export("a.ris.gz", gzip.compress(b"TY", mtime=0)) == [("a.ris", b"TY")]
    assert unpack_export("a.ris", b"TY") == [("a.ris", b"TY")]
    sheet = _zip({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<b/>"})
    assert unpack_export("a.xlsx", sheet) == [("a.xlsx", sheet)]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (_zip({"../../etc/passwd": b"x"}), "leads out"),
        (_zip({"/etc/passwd": b"x"}), "leads out"),
        (_zip({"..\\..\\boot.ini": b"x"}), "leads out"),
        (_zip({"C:/boot.ini": b"x"}), "leads out"),
        (_zip({"link.ris": b"target"}, external_attr=stat.S_IFLNK << 16), "link"),
        (_zip({"inner.zip": b"x"}), "another archive"),
        (_zip({"inner.ris": gzip.compress(b"x", mtime=0)}), "another archive"),
        (_zip({f"{n}.ris": b"" for n in range(1001)}), "1001 files"),
        (_zip({"bomb.ris": b"0" * (64 * 1024**2)}), "far more"),
        (gzip.compress(b"0" * (64 * 1024**2), mtime=0), "far more"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "another archive"),
        (gzip.compress(b"TY  - JOUR" * 99, mtime=0)[:-9], "damaged"),
        (_zip({"a.ris": b"TY  - JOUR" * 99})[:-30], "damaged"),
        (_zip({}), "empty"),
    ],
)
def test_tricks_and_damage_are_refused(data, word):
    with pytest.raises(UnreadableExportError, match=word):
        unpack_export("search.gz", data)


def test_an_encrypted_archive_is_refused():
    data = bytearray(_zip({"a.ris": b"TY"}))
    data[6] |= 1  # the flag in the local header
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    with pytest.raises(UnreadableExportError, match="encrypted"):
        unpack_export("a.zip", bytes(data))


@given(st.binary(max_size=300))
def test_random_archives_are_refused_in_words(data):
    for magic in (b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"PK\x05\x06"):
        with contextlib.suppress(UnreadableExportError):
            unpack_export("x", magic + data)
