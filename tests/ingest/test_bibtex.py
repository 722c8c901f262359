"""BibTeX: every entry counted, untidy ones kept, damaged ones rejected with their line."""

from __future__ import annotations

import logging
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.contract import Content, RawEntry, RawRejection, Reading
from pipeline.ingest.formats.bibtex import BIBTEX
from pipeline.ingest.latex import decode_latex

SCHOLAR = """@article{okoro2020sleep,
  title={Sleep and shift work},
  author={Okoro, Bola and Lind, {\\AA}sa and {World Sleep Group} and others},
  journal={Annals of Sleep},
  volume={7},
  number={1},
  pages={1--9},
  year={2020},
  publisher={Owl}
}
"""


def content(text: str) -> Content:
    return Content("export.bib", text.encode(), text, "utf-8")


def read(text: str) -> Reading:
    reading = BIBTEX.read(content(text))
    assert len(reading.entries) == reading.n_expected
    return reading


def parts(reading: Reading, number: int = 0) -> dict[str, list[str]]:
    entry = reading.entries[number]
    assert isinstance(entry, RawEntry)
    found: dict[str, list[str]] = {}
    for part, value in entry.parts:
        found.setdefault(part, []).append(value)
    return found


def titles(reading: Reading) -> list[str]:
    entries = (entry for entry in reading.entries if isinstance(entry, RawEntry))
    return [dict(entry.parts).get("title", "") for entry in entries]


def test_google_scholar():
    reading = read(SCHOLAR)
    assert (reading.platform, reading.database) == ("Google Scholar", "Google Scholar")
    assert parts(reading)["author"] == ["Okoro, Bola", "Lind, Åsa"]
    assert parts(reading)["corporate_author"] == ["World Sleep Group"]
    assert parts(reading)["issue"] == ["1"]
    assert parts(reading)["pages"] == ["1-9"]
    assert reading.entries[0].raw == SCHOLAR.rstrip("\n")


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("Scopus\nEXPORT DATE: 2 March 2019\n\n@ARTICLE{Okoro20201,\nyear={2020}}", "Scopus"),
        ("@article{O2020,\n source={Scopus},\n}", "Scopus"),
        ("@article{ WOS:000000000000001,\nYear = {{2020}},\n}", "Web of Science"),
        ("@article{pop00001,\n\ttitle = {Sleep},\n}", "Publish or Perish"),
        ("@article{rayyan-12,\n  title={Sleep}\n}", "Rayyan"),
        ("@article{okoro_sleep_2020,\n\ttitle = {Sleep},\n}", "Zotero"),
        ("@article{a,\n title = {Sleep},\n}", None),
    ],
)
def test_platforms_are_told_by_their_habits(text, platform):
    assert BIBTEX.recognises(content(text))
    assert read(text).platform == platform


def test_an_entry_that_repeats_a_field_is_kept_with_both_values():
    text = "@article{pop00001,\n title={Sleep},\n note={1 cites},\n note={Query date},\n}"
    assert parts(read(text))["note"] == ["1 cites", "Query date"]


def test_an_extract_of_publish_or_perish_is_no_abstract():
    found = parts(read("@article{pop00001,\n title={Sleep},\n abstract={… night …},\n}"))
    assert found["snippet"] == ["… night …"]
    assert "abstract" not in found


def test_entries_with_the_same_key_or_none_are_all_kept():
    text = "@book{a, title={One}}\n@book{a, title={Two}}\n@article{,\n title={Three}}\n"
    assert titles(read(text)) == ["One", "Two", "Three"]


def test_the_key_of_rayyan_is_kept():
    found = parts(read("@article{rayyan-12,\n  title={Sleep},\n  note={RAYYAN-LABELS: a}\n}"))
    assert (found["accession"], found["note"]) == (["rayyan-12"], ["RAYYAN-LABELS: a"])


def test_strings_comments_and_preambles_are_no_entries():
    text = (
        '@string{ann = "Annals"}\n@preamble{"x"}\n@comment{jabref-meta: a;}\n% a comment\n'
        "@article{a, journal = ann # { of Sleep}, month = aug, year = 2020}\n"
    )
    found = parts(read(text))
    assert found["journal"] == ["Annals of Sleep"]
    assert found["date"] == ["2020 aug"]


def test_parentheses_quotes_and_capitals_are_bibtex_too():
    text = '@ARTICLE(a, TITLE = "Sleep {"}at{"} night", Year = 2020)\n'
    found = parts(read(text))
    assert found["title"] == ['Sleep "at" night']
    assert found["year"] == ["2020"]


def test_many_entries_on_one_line_are_counted_right():
    text = "@article{a, title={One}} @book{b, title={Two {x} @misc{no}}} @misc{c, title={Three}}"
    assert len(read(text).entries) == 3


def test_signs_that_mean_something_to_latex_lose_no_text():
    text = "@article{a, abstract={In 25% of cases (mail me@uni.example (Kiel)) it cost $5 & more}}"
    assert parts(read(text))["abstract"] == [
        "In 25% of cases (mail me@uni.example (Kiel)) it cost $5 & more"
    ]


def test_numbers_of_web_of_science_are_the_same_under_both_prefixes():
    old = parts(read("@article{ ISI:000000000000001,\nUnique-ID = {{ISI:000000000000001}},\n}"))
    assert old["accession"] == ["WOS:000000000000001"]


def test_double_braces_and_wrapped_lines_are_undone():
    text = "@article{ WOS:1,\nTitle = {{Sleep at\n   night}},\n}"
    assert parts(read(text))["title"] == ["Sleep at night"]


@pytest.mark.parametrize(
    "damaged",
    [
        "@article{b, title={Never closed,\n year={2020}\n",
        "@article{b\n",
        '@article{b, title="Never closed,\n year={2020}}\n',
    ],
)
def test_a_damaged_entry_costs_itself_and_says_where(damaged):
    reading = read(SCHOLAR + damaged + SCHOLAR.replace("okoro", "lind"))
    kinds = [type(entry) for entry in reading.entries]
    assert kinds == [RawEntry, RawRejection, RawEntry]
    rejection = reading.entries[1]
    assert isinstance(rejection, RawRejection)
    assert rejection.line == SCHOLAR.count("\n") + 1
    assert rejection.raw.startswith("@article{b")
    assert reading.warnings == (f"line {rejection.line}: {rejection.reason}",)


def test_a_missing_comma_between_fields_loses_nothing():
    found = parts(read('@article{b, title={Two {a} b} year = {2020}\n journal="Ann"}\n'))
    assert (found["title"], found["year"], found["journal"]) == (["Two a b"], ["2020"], ["Ann"])


def test_prose_between_entries_swallows_no_neighbour():
    junk = 'see @foo{bar} and me@uni (x, and 5" disks {\n'
    assert titles(read(SCHOLAR + junk + SCHOLAR))[-1] == "Sleep and shift work"
    assert len([e for e in read(SCHOLAR + junk + SCHOLAR).entries if isinstance(e, RawEntry)]) == 2


def test_every_prefix_loses_at_most_the_cut_entry():
    text = SCHOLAR + SCHOLAR.replace("okoro2020", "lind2021") + SCHOLAR
    for length in range(len(text)):
        n_ended = text[:length].count("\n}")
        reading = read(text[:length])
        kept = [entry for entry in reading.entries if isinstance(entry, RawEntry)]
        assert len(kept) == n_ended
        assert len(reading.entries) - n_ended <= 1


def test_the_librarys_warnings_do_not_reach_the_terminal(caplog):
    with caplog.at_level(logging.DEBUG):
        read("@article{b\n@article{c, title={x}}")
    assert not caplog.records


PLAIN = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"], exclude_characters='{}\\$"@#%'),
    max_size=30,
)


@given(st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=6))
def test_values_in_braces_are_read_back_equal(pairs):
    text = "\n".join(
        f"@article{{k{n},\n title={{{t}}},\n abstract={{{a}}}\n}}" for n, (t, a) in enumerate(pairs)
    )
    reading = read(text)
    for number, (title, abstract) in enumerate(pairs):
        found = parts(reading, number)
        assert found.get("title", [""]) == [title.strip()]
        assert found.get("abstract", [""]) == [abstract.strip()]


@given(st.text(alphabet='@article{}(),="\\#$ \nab°é_1', max_size=200))
def test_any_mess_is_accounted_for(mess):
    read(mess)
    read(SCHOLAR + "\n" + mess)


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"M{\"u}ller, M\"{u}ller, M\"uller", "Müller, Müller, Müller"),
        (r"\'{\i}, \v{s}, \c{c}, \H{o}, {\o}, {\ss}, \AA ngström", "í, š, ç, ő, ø, ß, Ångström"),
        (r"{$\beta$}-cells, $\alpha$ and \textit{in vivo}", "β-cells, α and in vivo"),
        (r"10\% \& more \_ \# \$5 \{x\}", "10% & more _ # $5 {x}"),
        ("25% of them paid $5 or $10", "25% of them paid $5 or $10"),
        (r"C:\temp and \unknown", r"C:\temp and \unknown"),
        ("{DNA} in {C}ocker {S}paniels", "DNA in Cocker Spaniels"),
        ("plain", "plain"),
    ],
)
def test_latex_as_it_occurs_in_exports(latex, plain):
    assert decode_latex(latex) == plain


@pytest.mark.parametrize(
    "hostile",
    [
        "@article{a, title={" + "{" * 100_000 + "}" * 100_000 + "}}",
        "@article{a, title={" + "{" * 200_000,
        "@article{a, author={" + " and {" * 20_000 + "}" * 20_000 + "}}",
        "@article{a, author={" + " " * 300_000 + "}}",
        "@article{a, title={x}} " * 5_000,
        "@article{a, title={" + '\\"' * 100_000 + "}}",
        "@article{a, title={" + "$ " * 100_000 + "}}",
    ],
    ids=["deep", "open", "names", "blanks", "one line", "accents", "dollars"],
)
def test_hostile_bibtex_takes_bounded_time(hostile):
    began = time.perf_counter()
    read(hostile)
    assert time.perf_counter() - began < 20  # seconds; quadratic reading takes minutes
