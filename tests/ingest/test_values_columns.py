"""Shortcuts must not show: a value cleaned in its column is the value cleaned alone."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.ingest.contract import RawEntry
from pipeline.ingest.names import inverted_name, is_list_of_short_names, names_in, split_names
from pipeline.ingest.text import abstracts_proper, plain_abstract, plain_text, plain_texts
from pipeline.ingest.values import entry_frame

_LONG = 20_000  # characters from which a column is searched as a whole
_PIECES = st.sampled_from(
    [
        "Sleep",
        " ",
        "  ",
        "\n",
        "\t",
        "\xa0",
        "\u2003",
        "\x1d",
        "&amp;",
        "&nbsp;",
        "<i>",
        "<br>",
        "<",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=8).map("".join)
_NAMES = st.text(st.sampled_from("AaBb éÉø.,-;'’ 1"), max_size=14) | st.sampled_from(
    ["Smith, John MD", "SMITH J", "Yang ZB, Lu C", "O'Neil, A.-M. B", "van Dam, R. A", "Xu, Anna."]
)


@settings(deadline=None)
@given(st.lists(_TEXTS | st.text(max_size=9), max_size=4))
@example(["a\xa0b", "c &nbsp; d", "\x85a", "b\u3000", "c \x1f\u2028 d"])
def test_a_long_column_is_cleaned_as_its_values_are(values: list[str]) -> None:
    cleaned = plain_texts([*values, "x" * _LONG])
    assert cleaned[:-1] == [plain_text(value) for value in values]


@given(_NAMES)
def test_a_settled_name_is_what_the_rules_would_make_of_it(name: str) -> None:
    is_list = ";" in name or name.count(",") > 1 or is_list_of_short_names(name)
    names = split_names(name) if is_list else [name]
    expected = [inverted_name(plain_text(one)) for one in names if one.strip(" ;,.")]
    assert names_in(name) == [one for one in expected if one]


@settings(max_examples=50, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=5), st.integers(0, 4))
def test_an_entry_is_the_same_in_any_company(titles: list[str], place: int) -> None:
    place %= len(titles)
    entries = [RawEntry(1, "", (("title", one), ("note", one))) for one in titles]
    together = entry_frame(enumerate(entries, start=1)).row(place)
    alone = entry_frame([(place + 1, entries[place])]).row(0)
    assert together == alone


@given(
    _TEXTS, st.sampled_from([" © 2020 A.", " COPYRIGHT 2019 B", " (C) 2001 C", " İ © 2020 D", ""])
)
def test_an_abstract_loses_its_notice_in_any_company(body: str, tail: str) -> None:
    texts = ["", "© 2020 A.", f"We found that it helps. {body}{tail}", "Naps", body]
    alone = [plain_abstract(text) for text in texts]
    assert abstracts_proper([plain_text(text) for text in texts]) == alone


def test_notices_are_found_whatever_their_case() -> None:
    tails = [
        "© 2020 A.",
        "COPYRIGHT 2019 B",
        "(C) 2001 C",
        "Published BY D.",
        "psycINFO Database Record",
    ]
    bodies = [f"Naps helped, {n} of them." for n in range(len(tails))]
    texts = [f"{body} {tail}" for body, tail in zip(bodies, tails, strict=True)]
    assert abstracts_proper(texts) == bodies
