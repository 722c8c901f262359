"""Damage costs the damaged entry and no other, and is always said."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UnreadableExportError
from pipeline.ingest import parse_export
from pipeline.ingest.contract import RawEntry
from pipeline.ingest.decode import decode
from pipeline.ingest.formats import FORMATS
from pipeline.ingest.identifiers import doi_in

N_ENTRIES = 4
N_CUTS = 200


def _ris(n: int) -> str:
    return (
        f"TY  - JOUR\nAU  - Vogel, Anna\nTI  - Feeding hour {n} of the tawny owl\nPY  - 2019\n"
        f"AB  - Owls were fed {n} times.\nDO  - 10.1000/owl.{n}\nER  - \n\n"
    )


def _nbib(n: int) -> str:
    return (
        f"PMID- 3000000{n}\nOWN - NLM\nTI  - Feeding hour {n} of the tawny\n      owl.\n"
        f"AB  - Owls were fed {n} times.\nFAU - Vogel, Anna\nAU  - Vogel A\nDP  - 2019 Mar\n"
        f"LID - 10.1000/owl.{n} [doi]\nSO  - Owl J. 2019 Mar;4(1):{n}.\n\n"
    )


def _isi(n: int) -> str:
    return (
        f"PT J\nAU Vogel, A\nTI Feeding hour {n} of the tawny\n   owl\nSO OWL JOURNAL\n"
        f"AB Owls were fed {n} times.\nDI 10.1000/owl.{n}\nPY 2019\n"
        f"UT WOS:00000000000000{n}\nER\n\n"
    )


def _ovid_tagged(n: int) -> str:
    return (
        f"<{n}. >\nVN  - Ovid Technologies\nDB  - Embase\nUI  - 60000000{n}\n"
        f"TI  - Feeding hour {n} of the tawny owl.\nAU  - Vogel A.\n"
        f"AB  - Owls were fed {n} times.\n"
        f"DO  - http://dx.doi.org/10.1000/owl.{n}\nYR  - 2019\n\n"
    )


def _ovid_citation(n: int) -> str:
    return (
        f"<{n}>\nUnique Identifier\n  60000000{n}\nTitle\n  Feeding hour {n} of the tawny owl.\n"
        f"Authors\n  Vogel A.\nAbstract\n  Owls were fed {n} times.\nDOI\n  10.1000/owl.{n}\n"
        "Year of Publication\n  2019\n\n"
    )


def _cochrane(n: int) -> str:
    return (
        f"Record #{n} of {N_ENTRIES}\nID: CN-0000000{n}\nAU: Vogel Anna\n"
        f"TI: Feeding hour {n} of the tawny owl\nSO: Owl journal\nYR: 2019\nDOI: 10.1000/owl.{n}\n"
        f"AB: Owls were fed {n} times.\nUS: https://example.org/{n}\n\n\n"
    )


def _refworks(n: int) -> str:
    return (
        f"RT Journal Article\nSR Electronic(1)\nID {n}\nA1 Vogel,Anna\n"
        f"T1 Feeding hour {n} of the tawny owl\nYR 2019\nAB Owls were fed {n} times.\n"
        f"DO 10.1000/owl.{n}\nLK https://example.org/{n}\n\n"
    )


def _endnote_text(n: int) -> str:
    return (
        f"Reference Type:  Journal Article\nRecord Number: {n}\nAuthor: Vogel, Anna\nYear: 2019\n"
        f"Title: Feeding hour {n} of the tawny owl\nJournal: Owl journal\nDOI: 10.1000/owl.{n}\n"
        f"Keywords: owls\nAbstract: Owls were fed {n} times.\nURL: https://example.org/{n}\n\n\n"
    )


def _enw(n: int) -> str:
    return (
        f"%0 Journal Article\n%A Vogel, Anna\n%D 2019\n%T Feeding hour {n} of the tawny owl\n"
        f"%X Owls were fed {n} times.\n%R 10.1000/owl.{n}\n%U https://example.org/{n}\n\n"
    )


def _abstract(n: int) -> str:
    return (
        f"{n}. Owl J. 2019 Mar 4;4(1):{n}0-9. doi: 10.1000/owl.{n}.\n\n"
        f"Feeding hour {n} of the tawny owl.\n\nVogel A(1), Uhu B(2).\n\n"
        f"Author information:\n(1)Owl House.\n\nOwls were fed {n} times.\n\n"
        f"DOI: 10.1000/owl.{n}\nPMID: 3000000{n} [Indexed for MEDLINE]\n\n\n"
    )


MAKERS = {
    "ris": _ris,
    "nbib": _nbib,
    "isi": _isi,
    "ovid-tagged": _ovid_tagged,
    "ovid-citation": _ovid_citation,
    "cochrane-text": _cochrane,
    "refworks": _refworks,
    "enw": _enw,
    "endnote-text": _endnote_text,
    "pubmed-abstract": _abstract,
}
every_format = pytest.mark.parametrize("name", MAKERS)


def _export(name: str) -> str:
    return "".join(MAKERS[name](n) for n in range(1, N_ENTRIES + 1))


def _keys(export) -> list[str]:
    return export.entries["doi"].to_list()


@every_format
def test_a_miniature_of_each_format_is_read_in_full(name):
    export = parse_export(_export(name).encode(), name="owls")
    assert export.format == name
    assert _keys(export) == [f"10.1000/owl.{n}" for n in range(1, N_ENTRIES + 1)]
    assert export.entries["title"].to_list() == [
        f"Feeding hour {n} of the tawny owl" for n in range(1, N_ENTRIES + 1)
    ]
    assert set(export.entries["abstract"].str.slice(0, 13)) == {"Owls were fed"}
    assert set(export.entries["year"]) == {2019}
    assert {name[:5] for names in export.entries["authors"].to_list() for name in names[:1]} == {
        "Vogel"
    }
    assert export.rejected.is_empty()
    assert export.warnings == ()


def _borders(name: str) -> list[int]:
    """Return where the entries of the miniature begin, and where the last one ends."""
    lengths = [len(MAKERS[name](n)) for n in range(1, N_ENTRIES + 1)]
    return [sum(lengths[:n]) for n in range(N_ENTRIES + 1)]


@every_format
def test_every_prefix_keeps_all_whole_entries_and_tells_of_the_torn_one(name):
    text, reader, borders = _export(name), FORMATS[name], _borders(name)
    whole = [entry.parts for entry in reader.read(decode(text.encode(), name="x")).entries]
    for cut in range(borders[1], len(text)):
        content = decode(text[:cut].encode(), name="x")
        assert reader.recognises(content)
        reading = reader.read(content)
        assert len(reading.entries) == reading.n_expected
        n_whole = sum(0 < border <= cut for border in borders)
        kept = [entry.parts for entry in reading.entries if isinstance(entry, RawEntry)]
        assert kept[:n_whole] == whole[:n_whole]
        is_told = bool(reading.warnings)
        assert is_told or kept == whole[: len(kept)], text[:cut][-60:]
        is_torn = bool(text[max(border for border in borders if border <= cut) : cut].strip())
        assert not is_torn or len(reading.entries) > n_whole


def _dois(reading) -> set[str | None]:
    kept = [entry for entry in reading.entries if isinstance(entry, RawEntry)]
    return {doi_in(value) for entry in kept for field, value in entry.parts if field == "doi"}


@every_format
def test_seeded_gaps_cost_at_most_the_entries_they_touch(name):
    text, starts = _export(name), _borders(name)
    rng = random.Random(2019)  # noqa: S311 - a repeatable sample, no secret
    for _ in range(N_CUTS):
        start = rng.randrange(len(text))
        stop = min(len(text), start + rng.randrange(1, 120))
        untouched = [
            f"10.1000/owl.{n}"
            for n in range(1, N_ENTRIES + 1)
            if starts[n] <= start or starts[n - 1] > stop  # its line begins after a line end
        ]
        try:
            content = decode((text[:start] + text[stop:]).encode(), name="x")
        except UnreadableExportError:
            assert not untouched
            continue
        reader = next((one for one in FORMATS.values() if one.recognises(content)), None)
        if reader is None:
            assert not untouched
            continue
        reading = reader.read(content)
        assert len(reading.entries) == reading.n_expected
        assert set(untouched) <= _dois(reading), (text[:start][-80:], text[stop:][:80])


@every_format
@settings(max_examples=40, deadline=None)
@given(junk=st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=80))
def test_junk_between_entries_swallows_no_neighbour(name, junk):
    pieces = [MAKERS[name](n) for n in range(1, N_ENTRIES + 1)]
    export = parse_export(f"\n{junk}\n\n\n".join(pieces).encode(), name="x")
    assert _keys(export) == [f"10.1000/owl.{n}" for n in range(1, N_ENTRIES + 1)]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused_in_words_or_read(data):
    try:
        export = parse_export(data, name="junk")
    except UnreadableExportError:
        return
    assert export.entries.height + export.rejected.height == export.n_expected


@every_format
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_flipped_bytes_never_crash_and_are_accounted_for(name, data):
    text = bytearray(_export(name).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    try:
        export = parse_export(bytes(text), name="x")
    except UnreadableExportError:
        return
    assert export.entries.height + export.rejected.height == export.n_expected


@pytest.mark.parametrize("text", ["STAT- MEDLINE\n", "STAT- MEDLINE\nTI  - Owls\n", "OWN - NLM"])
def test_pubmed_text_without_an_opening_line_is_accounted_for(text):
    export = parse_export(text.encode(), name="owls")
    assert export.format == "nbib"
    assert export.entries.height + export.rejected.height == export.n_expected
