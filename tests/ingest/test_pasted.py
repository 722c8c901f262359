"""Ten invented pages of ten kinds: what a person would copy, and what must be found in it."""

from __future__ import annotations

import pytest

from pipeline.ingest import parse_export
from pipeline.ingest.decode import decode
from pipeline.ingest.formats.pasted_text import PASTED_TEXT, as_pasted

ABSTRACT = (
    "Background Naps are short and nurseries are loud. Objective We asked whether whale songs make "
    "naps longer in nurseries of three towns. Methods We played songs to 212 children on 40 days "
    "and wrote down when each of them slept. Results Naps were eleven minutes longer with songs. "
    "Conclusions Whale songs are cheap and do no harm."
)
TITLE = "Whale songs and the length of naps in nurseries: a crossover trial"
PAGES = {
    "pubmed": f"""Randomized Controlled Trial
J Invented Sleep. 2021 Mar;12(3):45-52. doi: 10.5555/jis.2021.45. Epub 2021 Feb 1.
{TITLE}
Anna Ek 1, Bo Ruiz 1 2, Chi Okafor 3
Affiliations
1 Institute of Naps, Uppsala, Sweden.
PMID: 33999001 PMCID: PMC7999001 DOI: 10.5555/jis.2021.45
Free PMC article
Abstract
{ABSTRACT}

Keywords: naps; nurseries; whales.
""",
    "publisher": f"""Open Access
Research article
{TITLE}
Anna Ek, Bo Ruiz and Chi Okafor
Journal of Invented Sleep volume 12, Article number: 45 (2021)
First published: 01 March 2021
https://doi.org/10.5555/jis.2021.45
Abstract
{ABSTRACT}
References
1. Lund D. Dreams. https://doi.org/10.5555/other.1
""",
    "catalogue": f"""{TITLE}
Saved in:
Bibliographic Details
Main Authors: Anna Ek, Bo Ruiz, Chi Okafor
Format: Article
Language: English
Published: Sleep House 2021-03-01
Series: Journal of Invented Sleep
Online Access: https://example.org/10.5555/jis.2021.45/full
Description
Summary: {ABSTRACT}
ISSN: 1234-5678
""",
    "ovid": f"""Title
{TITLE}
Source
Journal of Invented Sleep. 12(3):45-52, 2021 Mar.
Authors
Ek A; Ruiz B; Okafor C
Year of Publication
2021
Abstract
{ABSTRACT}
Digital Object Identifier
https://dx.doi.org/10.5555/jis.2021.45
""",
    "german": f"""Titel: {TITLE}
Autoren: Ek, Anna; Ruiz, Bo; Okafor, Chi
Zeitschrift: Journal of Invented Sleep
Jahr: 2021
DOI: 10.5555/jis.2021.45
Zusammenfassung: {ABSTRACT}
""",
    "chinese": f"""{TITLE}
作者
Ek, Anna [1 ]
Ruiz, Bo [1 ,2 ]
Okafor, Chi [3 ]
机构
[1] Inst Naps, Uppsala, Sweden
来源
JOURNAL OF INVENTED SLEEP
出版年
2021
D O I
10.5555/jis.2021.45
摘要
{ABSTRACT}
""",
    "repository": f"""Skip to main content
{TITLE}
Author(s) -
Anna Ek,
Bo Ruiz,
Chi Okafor
Publication year - 2021
Publication title -
journal of invented sleep
DOI - 10.5555/jis.2021.45
{ABSTRACT}
""",
    "structured": f"""{TITLE}
Ek, Anna; Ruiz, Bo; Okafor, Chi.
Journal of Invented Sleep; 12(3): 45-52, 2021.
Article in English | DOI: 10.5555/jis.2021.45
Abstract
{ABSTRACT.replace("Objective", chr(10) + "Objective").replace("Methods", chr(10) + "Methods")}
Subject(s)
Sleep; Whales
""",
    "scopus": f"""Document details
Journal of Invented Sleep
Volume 12, Issue 3, March 2021, Pages 45-52
{TITLE}(Article)(Open Access)
Ek, A., Ruiz, B., Okafor, C.
Institute of Naps, Uppsala, Sweden
Abstract
{ABSTRACT}
Author keywords
Naps; Nurseries
ISSN: 12345678
Source Type: Journal
DOI: 10.5555/jis.2021.45
Document Type: Article
""",
    "proceedings": f"""Conference paper
{TITLE}
Authors: Anna Ek, Bo Ruiz, Chi Okafor
Published in: Proceedings of the Invented Sleep Society
Date: 12 March 2021
DOI: https://doi.org/10.5555/jis.2021.45
Description: {ABSTRACT}
Cited by: 4
""",
}


def parse(text, **mended):
    return parse_export(as_pasted(text, mended).encode(), name="page.txt").entries.row(
        0, named=True
    )


@pytest.mark.parametrize("kind", PAGES)
def test_what_a_page_says_is_found(kind):
    found = parse(PAGES[kind])
    got = {
        "title": found["title"] == TITLE,
        "authors": [name.split(",")[0] for name in found["authors"]] == ["Ek", "Ruiz", "Okafor"],
        "year": found["year"] == 2021,
        "doi": found["doi"] == "10.5555/jis.2021.45",
        "abstract": found["abstract"] == ABSTRACT,
    }
    assert [name for name, is_right in got.items() if not is_right] == []


def test_what_a_person_puts_right_wins():
    found = parse(
        PAGES["pubmed"], author="Silva, Fia; Lund, Dag", title="Another title", date="1999"
    )
    assert (found["title"], found["year"]) == ("Another title", 1999)
    assert found["authors"] == ["Silva, Fia", "Lund, Dag"]
    assert found["abstract"] == ABSTRACT


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_never_recognised_by_itself(kind):
    assert not PASTED_TEXT.recognises(decode(PAGES[kind].encode(), name="page.txt"))


@pytest.mark.parametrize("text", ["", "\n\n", "Sign in", "10.5555/x", "Authors\n\n\nYear"])
def test_a_text_without_a_title_is_a_rejected_entry(text):
    parsed = parse_export(as_pasted(text, {}).encode(), name="page.txt")
    assert (parsed.entries.height, parsed.rejected["reason"].to_list()) == (
        0,
        ["no title was found in the pasted text"],
    )


@pytest.mark.parametrize(
    ("seed", "title", "authors", "dated"),
    [
        (0, "Understanding stakeholder", ("Gee, Brioney", 10), (2025, "fpsyt.2025.1505345")),
        (1, "Internet-based psychological", ("Simon, Natalie", 8), (None, "papt.12341")),
        (2, "Understanding Mental Health", ("Mendes-Santos, Cristina", 5), (2022, "32558")),
    ],
)
def test_real_pages_give_what_they_hold(shared, seed, title, authors, dated):
    (page,) = (shared / "seeds").glob(f"{seed:03d}_*.txt")
    found = parse(page.read_text(encoding="utf-8"))
    assert found["title"].startswith(title)
    assert (found["authors"][0], len(found["authors"])) == authors
    assert (found["year"], found["doi"].partition("/")[2]) == dated
    assert len(found["abstract"]) > 1000
