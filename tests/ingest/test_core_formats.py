"""What every format must have; a new one is judged as soon as it is registered."""

from __future__ import annotations

import pytest

from pipeline.ingest.formats import FORMATS

_LONGEST = 160  # characters that a cell of the README's table may have


@pytest.mark.parametrize(("name", "one"), FORMATS.items(), ids=list(FORMATS))
def test_a_format_says_what_it_is_and_whether_it_was_tried(name, one):
    assert one.name == name
    assert isinstance(one.is_tried, bool)
    assert 3 < len(one.description) <= _LONGEST
    assert one.description == one.description.strip(" .")
    assert one.description[0].isupper()
    assert "|" not in one.description, "it would break the table"
    assert "\n" not in one.description


def test_what_was_never_seen_is_not_called_tried():
    assert [name for name, one in FORMATS.items() if not one.is_tried] == [
        "ovid-citation",
        "endnote-text",
        "ovid-xml",
    ]
