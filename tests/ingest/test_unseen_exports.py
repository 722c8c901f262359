"""Exports as they could come: the same dialects written by other tools, other hands, other locales.

All records are invented. Every file holds the same two publications, so that one expectation judges
them all; what a case adds is its way of writing.
"""

from __future__ import annotations

import pytest
import rispy

from pipeline.ingest import parse_export

RIS = """TY  - JOUR
TI  - Naps in nurseries
AU  - Ek, Anna
PY  - 2020
AB  - We napped.
DO  - 10.5555/1
ER  -{blank}

TY  - JOUR
TI  - Songs of whales
AU  - Ruiz, Bo
PY  - 2021
AB  - We sang.
DO  - 10.5555/2
ER  -{blank}
"""
NORMAL = RIS.format(blank=" ")
HEADERS = {
    "german": "Titel;Autoren;Jahr;Zusammenfassung;DOI",
    "french": "Titre;Auteurs;Année;Résumé;DOI",
    "spanish": "Título;Autores;Año;Resumen;DOI",
    "portuguese": "Título;Autores;Ano;Resumo;DOI",
    "italian": "Titolo;Autori;Anno;Riassunto;DOI",
    "dutch": "Titel;Auteurs;Jaar;Samenvatting;DOI",
    "english": "Article Title;Author(s);Publication Year;Abstract;DOI link",
}
ROWS = (
    "Naps in nurseries;Ek, Anna;2020;We napped.;10.5555/1\n"
    "Songs of whales;Ruiz, Bo;2021;We sang.;https://doi.org/10.5555/2\n"
)


def _by_rispy() -> str:
    return rispy.dumps(
        [
            {
                "type_of_reference": "JOUR",
                "title": title,
                "authors": [author],
                "year": year,
                "abstract": abstract,
                "doi": doi,
            }
            for title, author, year, abstract, doi in (
                ("Naps in nurseries", "Ek, Anna", "2020", "We napped.", "10.5555/1"),
                ("Songs of whales", "Ruiz, Bo", "2021", "We sang.", "10.5555/2"),
            )
        ]
    )


_LINES = NORMAL.splitlines()
CASES: dict[str, str | bytes] = {
    "small letters": "\n".join(line[:2].lower() + line[2:] for line in _LINES),
    "no blanks": "\n".join(line.replace("  - ", "-") for line in _LINES),
    "one blank": "\n".join(line.replace("  - ", " - ") for line in _LINES),
    "tabs": "\n".join(line.replace("  - ", "\t- ") for line in _LINES),
    "indented": "\n".join(f"  {line}" if line else line for line in _LINES),
    "nothing after ER": RIS.format(blank=""),
    "old Mac": NORMAL.replace("\n", "\r").encode(),
    "UTF-16": NORMAL.encode("utf-16"),
    "marks inside": "\ufeff" + NORMAL.replace("\n\nTY", "\n\n\ufeffTY"),
    "preamble": f"Exported on 2026-01-01\nQuery: naps OR songs\n\n{NORMAL}",
    "rispy": _by_rispy(),
    "Ovid with bare numbers": "\n".join(
        f"<{n}>\nVN  - Ovid Technologies\nDB  - MEDLINE(R) ALL\nTI  - {title}.\nAU  - {author}\n"
        f"YR  - {year}\nAB  - {abstract}\nDO  - https://dx.doi.org/{doi}\n"
        for n, title, author, year, abstract, doi in (
            (1, "Naps in nurseries", "Ek, Anna", 2020, "We napped.", "10.5555/1"),
            (2, "Songs of whales", "Ruiz, Bo", 2021, "We sang.", "10.5555/2"),
        )
    ),
    "Crossref": '{"status": "ok", "message": {"items": ['
    '{"title": ["Naps in nurseries"], "author": [{"family": "Ek", "given": "Anna"}],'
    ' "year": 2020, "abstract": "<jats:p>We napped.</jats:p>", "DOI": "10.5555/1"},'
    '{"title": ["Songs of whales"], "author": [{"family": "Ruiz", "given": "Bo"}],'
    ' "year": 2021, "abstract": "<jats:p>We sang.</jats:p>", "DOI": "10.5555/2"}]}}',
    "Semantic Scholar": '[{"title": "Naps in nurseries", "authors": [{"name": "Anna Ek"}],'
    ' "year": 2020, "abstract": "We napped.", "externalIds": {"DOI": "10.5555/1"}},'
    '{"title": "Songs of whales", "authors": [{"name": "Bo Ruiz"}],'
    ' "year": 2021, "abstract": "We sang.", "externalIds": {"DOI": "10.5555/2"}}]',
    **{f"{name} table": f"{header}\n{ROWS}" for name, header in HEADERS.items()},
    **{
        f"{name} table, Windows": f"{header}\r\n{ROWS}".replace("\r\n", "\n").encode("cp1252")
        for name, header in HEADERS.items()
    },
    "pipes": f"{HEADERS['english']}\n{ROWS}".replace(";", "|"),
    "tabs between cells": f"{HEADERS['english']}\n{ROWS}".replace(";", "\t"),
    "a spreadsheet's hint": f"sep=;\n{HEADERS['english']}\n{ROWS}",
}


@pytest.mark.parametrize("name", CASES)
def test_the_two_publications_are_there(name):
    data = CASES[name]
    parsed = parse_export(data if isinstance(data, bytes) else data.encode(), name=name)
    columns = ("title", "authors", "year", "abstract", "doi")
    assert parsed.entries.select(columns).rows() == [
        ("Naps in nurseries", ["Ek, Anna"], 2020, "We napped.", "10.5555/1"),
        ("Songs of whales", ["Ruiz, Bo"], 2021, "We sang.", "10.5555/2"),
    ]
    assert parsed.rejected.height == 0


def test_a_table_of_a_register_says_where_it_comes_from():
    text = (
        "TrialID,Public title,Date registration3,web address\nACTRN126,On naps,20200131,https://x\n"
    )
    parsed = parse_export(text.encode(), name="ictrp.csv")
    assert (parsed.database, parsed.entries["date"][0]) == ("WHO ICTRP", "2020-01-31")


def test_the_remains_of_an_entry_are_rejected_and_its_neighbours_kept():
    torn = "TY  - JOUR\nAU  - Lund, Dag\nPY  - 2019\n\n"
    first, second = NORMAL.split("\n\n")
    parsed = parse_export(f"{first}\n\n{torn}{second}".encode(), name="torn.ris")
    assert parsed.entries["title"].to_list() == ["Naps in nurseries", "Songs of whales"]
    assert parsed.rejected["reason"].to_list() == [
        "it has neither a title nor a closing line: the rest of it is missing"
    ]
