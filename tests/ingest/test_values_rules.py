"""What is a title, an abstract, a DOI, a date, a name: one rule each, for all formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.citations import split_citation
from pipeline.ingest.contract import FIELDS, RawEntry
from pipeline.ingest.dates import iso_date, year_in
from pipeline.ingest.identifiers import doi_in
from pipeline.ingest.kinds import declared_kind, kind_in, language_code
from pipeline.ingest.names import inverted_name, split_names
from pipeline.ingest.text import is_placeholder, plain_abstract, plain_text, plain_title
from pipeline.ingest.values import entry_frame


def _row(*parts: tuple[str, str]) -> dict:
    return entry_frame([(1, RawEntry(1, "", parts))]).row(0, named=True)


# ── text ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("IL-6<IL-8 and p<0.05, a>b", "IL-6<IL-8 and p<0.05, a>b"),
        ("CO<sub>2</sub> in <i>Strix aluco</i>", "CO2 in Strix aluco"),
        ('<p class="x">One</p><p>Two</p>', "One Two"),
        ("<jats:title>Aim</jats:title> <mml:math><mml:mi>x</mml:mi></mml:math>", "Aim x"),
        ("Fish &amp; owls &lt;5 g &#8211; &eacute;t&#xe9;", "Fish & owls <5 g – été"),
        ("&amp;lt; is decoded once", "&lt; is decoded once"),
        ("R&D &copying", "R&D &copying"),
        ("two\n  lines\t and\u00a0a space", "two lines and a space"),
    ],
)
def test_markup_goes_and_comparisons_stay(written, plain):
    assert plain_text(written) == plain


@pytest.mark.parametrize(
    "text",
    [
        "[No abstract available]",
        "No abstract available.",
        "Abstract not available",
        "[Abstract not available]",
        "No abstract",
        "N/A",
        "-",
        "Publisher: Abstract available from the publisher.",
        "This article has no abstract",
        "undefined",
        "",
    ],
)
def test_placeholders_are_no_abstracts(text):
    assert is_placeholder(text)
    assert plain_abstract(text) == ""


def test_a_short_abstract_is_not_a_placeholder():
    assert not is_placeholder("No abstract thinking was needed to feed the owls.")


@pytest.mark.parametrize(
    "tail",
    [
        " © 2020 The Authors. Published by Elsevier Ltd.",
        " Copyright © 2020 Elsevier B.V. All rights reserved.",
        " (C) 2019 Wiley Periodicals, Inc.",
        " © The Author(s) 2021.",
        " (PsycInfo Database Record (c) 2020 APA, all rights reserved)",
        " (PsycINFO Database Record (c) 2016 APA, all rights reserved).",
        " Copyright of Owl Journal is the property of Owl House and may not be copied.",
        " Copyright 2014, SLACK Incorporated.",
    ],
)
def test_copyright_tails_go_from_the_end_alone(tail):
    body = "© was discussed in 1999. " + "Fed owls (n = 12) slept better than others. " * 12
    body = body.strip()
    assert plain_abstract(body + tail) == body


def test_copyright_in_the_middle_of_an_abstract_stays():
    body = "The law of copyright 1990 in owl calls: " + "a study of many calls. " * 30
    assert plain_abstract(body) == body.strip()


def test_the_first_real_abstract_is_taken():
    row = _row(
        ("abstract", "Copyright of Owls is the property of Owl House."),
        ("abstract", "[No abstract available]"),
        ("abstract", "Owls were fed."),
        ("abstract", "Les hiboux furent nourris."),
    )
    assert row["abstract"] == "Owls were fed."
    assert _row(("snippet", "Owls were … fed"))["abstract"] is None


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Feeding the tawny owl.", "Feeding the tawny owl"),
        ("Feeding owls. [References].", "Feeding owls"),
        ('"Feeding owls".  [Article]', '"Feeding owls"'),
        ("A clinical trial.", "A clinical trial"),
        ("What do owls eat?", "What do owls eat?"),
        ("Owls...", "Owls..."),
    ],
)
def test_titles_lose_what_ovid_adds(written, title):
    assert plain_title(written) == title


def test_a_translated_title_keeps_its_original():
    row = _row(("title", "[Feeding the owl]."), ("original_title", "Die Fütterung der Eule."))
    assert (row["title"], row["original_title"]) == ("Feeding the owl", "Die Fütterung der Eule")
    both = _row(("title", "Die Fütterung der Eule [Feeding the tawny owl]"))
    assert both["title"] == "Feeding the tawny owl"
    assert both["original_title"] == "Die Fütterung der Eule"
    kept = _row(("title", "Feeding the tawny owl [a systematic review]"))
    assert kept["title"] == "Feeding the tawny owl [a systematic review]"


@pytest.mark.parametrize(
    ("written", "language", "title", "original"),
    [
        ("Sleep of the owl; [猫头鹰的睡眠研究]", "en", "Sleep of the owl", "猫头鹰的睡眠研究"),
        ("Ménière in owls; [La vida larga]", "", "Ménière in owls", "La vida larga"),
        ("Song of the owl [Chants du hibou rusé]", "fr", "Song of the owl", "Chants du hibou rusé"),
        ("Sleep of the owl [the Löwenstein lecture]", "en", None, None),
        ("Sleep of the owl; [see comments]", "en", None, None),
        ("Sleep of the owl; [and] the lark", "en", None, None),
    ],
)  # fmt: skip
def test_scopus_writes_the_original_title_last(written, language, title, original):
    row = _row(("title", written), ("language", language))
    assert (row["title"], row["original_title"]) == (title or written, original)


# ── identifiers ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1000/OWL.1", "10.1000/owl.1"),
        ("https://doi.org/10.1000/owl.1", "10.1000/owl.1"),
        ("http://dx.doi.org/10.1000/owl.1", "10.1000/owl.1"),
        ("doi: 10.1000/owl.1.", "10.1000/owl.1"),
        ("10.1000/owl(19)30059-x [doi]", "10.1000/owl(19)30059-x"),
        ("(10.1000/owl)", "10.1000/owl"),
        ("https://doi.org/10.1000%2Fowl", "10.1000/owl"),
        (
            "10.1002/(SICI)1097&lt;1661::AID-1&gt;3.0.CO;2-2",
            "10.1002/(sici)1097<1661::aid-1>3.0.co;2-2",
        ),
        ("10.1000/owl     LK  - https://x", "10.1000/owl"),
        ("S1769-7212(19)30059-X [pii]", None),
        ("10.1000/owl [pii]", None),
        ("http://example.org/owl", None),
        ("owl", None),
    ],
)  # fmt: skip
def test_dois_are_found_bare_as_url_and_prefixed(written, doi):
    assert doi_in(written) == doi


def test_a_doi_in_m3_counts_and_one_in_a_note_does_not():
    assert _row(("publication_type", "doi:10.1000/owl"))["doi"] == "10.1000/owl"
    assert _row(("publication_type", "10.1000/owl"))["publication_types"] == []
    assert _row(("note", "doi:10.1000/owl"), ("url", "https://doi.org/10.1000/o"))["doi"] is None


def test_pmids_are_numbers_and_nothing_else():
    assert _row(("pmid", "PUBMED 21314913,EMBASE 36"))["pmid"] == "21314913"
    assert _row(("pmid", "PMC9359172 [PMCID]"), ("pmid", "35957633 [PMID]"))["pmid"] == "35957633"
    assert _row(("note", "Accession Number: 1. PMID: 1950603 Other"))["pmid"] == "1950603"
    assert _row(("note", "see 1950603"))["pmid"] is None


def test_issns_and_isbns_have_one_form():
    row = _row(("issn", "19326203"), ("issn", "1471-2105 (Electronic)\n0040-165x"))
    assert row["issn"] == ["1932-6203", "1471-2105", "0040-165X"]
    assert _row(("issn", "978-1-80062-734-5"))["issn"] == ["9781800627345"]


def test_urls_are_http_alone():
    row = _row(
        ("url", "internal-pdf://1/a.pdf"),
        ("url", "javascript:alert(1)"),
        ("url", "see https://a.b/c."),
    )
    assert row["url"] == "https://a.b/c"  # fmt: skip


# ── dates ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("written", "year", "iso"),
    [
        ("2020//", None, "2020"),
        ("2021/06//", None, "2021-06"),
        ("2022/11/05/", None, "2022-11-05"),
        ("1998///Fal 1998", None, "1998"),
        ("2019/12//undefined", None, "2019-12"),
        ("2020 Feb 3", None, "2020-02-03"),
        ("2017 Nov-Dec", None, "2017-11"),
        ("DEC 16", 2020, "2020-12-16"),
        ("SEP", 2019, "2019-09"),
        ("AUG 2022", None, "2022-08"),
        ("Aug 1 2019", None, "2019-08-01"),
        ("20170418", None, "2017-04-18"),
        ("2024-02-01", None, "2024-02-01"),
        ("2024-02-01T12:00:00Z", None, "2024-02-01"),
        ("0, 2015", None, "2015"),
        ("2015///0,", None, "2015"),
        ("5 March 2015", None, "2015-03-05"),
        ("2020-13-45", None, "2020"),
        ("31 Feb 2020", None, "2020-02"),
        ("n.d.", None, None),
        ("", None, None),
    ],
)
def test_dates_of_every_form(written, year, iso):
    assert iso_date(written, year) == iso


def test_the_most_precise_date_of_the_same_year_is_kept():
    row = _row(("year", "2020"), ("date", "DEC 16"), ("date", "2021-01-05"))
    assert (row["year"], row["date"]) == (2020, "2020-12-16")
    assert _row(("year", "sine anno"))["year"] is None
    assert year_in("1066") is None


@given(st.text(max_size=40))
def test_dates_never_crash_and_are_iso(text):
    found = iso_date(text)
    assert found is None or found[:4].isdigit()


# ── names ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Vogel, Anna", "Vogel, Anna"),
        ("Vogel,Anna", "Vogel, Anna"),
        ("Vogel A.", "Vogel, A."),
        ("Vogel AB", "Vogel, AB"),
        ("Vogel A B", "Vogel, A B"),
        ("van der Vogel A-B", "van der Vogel, A-B"),
        ("Anna B. Vogel", "Vogel, Anna B."),
        ("Anna van der Vogel", "van der Vogel, Anna"),
        ("AHMED, Mughees.", "AHMED, Mughees"),
        ("Vogel, Anna Y. MD, MPH 1", "Vogel, Anna Y."),
        ("Vogel, Anna B. (anna@owls.org)", "Vogel, Anna B."),
        ("Owl Feeding Study Group", "Owl Feeding Study Group"),
        ("World Health Organization", "World Health Organization"),
        ("NCT04381559", "NCT04381559"),
        ("余敏", "余敏"),
        ("Vogel, Anna;", "Vogel, Anna"),
    ],
)
def test_names_are_inverted(written, name):
    assert inverted_name(written) == name


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Vogel, A.; Uhu, B.; ", ["Vogel, A.", "Uhu, B."]),
        ("Vogel A, Uhu B", ["Vogel A", "Uhu B"]),
        ("Vogel A., Uhu B.C.", ["Vogel A.", "Uhu B.C."]),
        ("Vogel, A., Uhu, B.", ["Vogel, A.", "Uhu, B."]),
        ("Vogel, Anna and Uhu, Bert", ["Vogel, Anna", "Uhu, Bert"]),
        ("Anna Vogel|Bert Uhu", ["Anna Vogel", "Bert Uhu"]),
        ("Vogel, Anna", ["Vogel, Anna"]),
        ("", []),
    ],
)
def test_lists_of_names_are_split_by_what_parts_them(cell, names):
    assert split_names(cell) == names


def test_full_names_win_unless_there_are_more_short_ones():
    full = _row(("author", "Vogel, Anna"), ("authors", "Vogel A"), ("corporate_author", "Owl Net"))
    assert full["authors"] == ["Vogel, Anna", "Owl Net"]
    short = _row(("author", "Vogel, Anna"), ("authors", "Vogel A"), ("authors", "Uhu B"))
    assert short["authors"] == ["Vogel, A", "Uhu, B"]
    assert _row(("author", "Stuart D, McOwan A"))["authors"] == ["Stuart, D", "McOwan, A"]


# ── the rest ────────────────────────────────────────────────────────────────────────────────────
def test_pages_are_joined_and_non_pages_dropped():
    assert _row(("first_page", "188"), ("last_page", "97"))["pages"] == "188-97"
    assert _row(("first_page", "1-5"), ("last_page", ""))["pages"] == "1-5"
    assert _row(("first_page", "No"), ("last_page", "Specified"))["pages"] is None
    assert _row(("article_number", "e234"))["pages"] == "e234"
    assert _row(("pages", "1279‐1297"))["pages"] == "1279-1297"


def test_a_journal_is_never_a_link():
    row = _row(("journal_abbreviation", "https://trials.example/NCT1"), ("journal", ""))
    assert (row["journal"], row["url"]) == (None, "https://trials.example/NCT1")
    assert _row(("journal_abbreviation", "Owl J"))["journal"] == "Owl J"


def test_keywords_on_untagged_lines_are_each_a_keyword():
    assert _row(("keyword", "owl\nfeeding\nowl"))["keywords"] == ["owl", "feeding"]
    assert _row(("keywords", "owl; feeding"))["keywords"] == ["owl", "feeding"]


def test_languages_and_kinds_have_one_vocabulary():
    assert [language_code(w) for w in ("eng", "English", "fre", "German; English")] == [
        "en", "en", "fr", "de",
    ]  # fmt: skip
    assert declared_kind("CHAP") == "chapter"
    assert (kind_in("Case Reports"), kind_in("Journal Article")) == (None, "article")
    assert declared_kind("Something odd") == "other"


@pytest.mark.parametrize(
    ("citation", "parts"),
    [
        ("Nat Commun. 2024 May 21;15(1):4063. doi: 10.1000/x.", "Nat Commun|2024 May 21|15|1|4063"),
        ("Cancer 2006;108(5):288-97", "Cancer|2006|108|5|288-97"),
        ("Owl Study. Vol.43(5), Sep 2015, pp. 623-634.", "Owl Study|Sep 2015|43|5|623-634"),
        ("Owl House Annals. 12 (3) (pp 12-34), 2018.", "Owl House Annals|2018|12|3|12-34"),
        ("Owl Medicine June 2015;58(6):688-696", "Owl Medicine|June 2015|58|6|688-696"),
        ("oRxiv. (no pagination), 2023. Date of Publication: 5 May 2023.", "oRxiv|5 May 2023|||"),
        ("Owl J. (pp 1-9), 2023. Date of Publication: December 2024.", "Owl J|2023|||1-9"),
        ("Owl Proc. Conference: Owls of Spain. 12 (3) (pp 1-4), 2018.", "Owl Proc|2018|12|3|1-4"),
        ("Owl Int. 2015 Jan;16 Suppl 1:S26-9.", "Owl Int|2015 Jan|16 Suppl 1||S26-9"),
    ],
)  # fmt: skip
def test_citations_are_split(citation, parts):
    found = split_citation(citation)
    names = ("journal", "date", "volume", "issue", "pages")
    assert "|".join(found.get(name, "") for name in names) == parts


def test_a_citation_fills_only_what_is_missing():
    row = _row(("citation", "Owl J. 2019 Mar;4(1):7-9."), ("journal", "Journal of Owls"))
    assert (row["journal"], row["volume"], row["pages"]) == ("Journal of Owls", "4", "7-9")
    assert (row["year"], row["date"]) == (2019, "2019-03")


@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.text(max_size=60)), max_size=12))
def test_no_value_crashes_the_cleaning(parts):
    row = _row(*parts)
    assert row["position"] == 1
    assert all(author for author in row["authors"])
