"""A copy of a ledger holds no more of a text than may be shared, and says where it was cut."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.events import TagJudged
from pipeline.store import LeftOut, copy_ledger, create_ledger

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
TAG = TagJudged(
    report_id="a:1",
    source="abstract",
    text_sha256="0" * 64,
    start=0,
    end=1,
    quote="N",
    code="SP",
    polarity="barrier",
    codebook="berardi-2024",
    codebook_version="1",
    verdict="added",
    coder="ada",
    judged_at=NOW,
)


@pytest.fixture
def ledger(tmp_path):
    """A ledger with a short quotation and a long one."""
    with_quotes = create_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", software="test")
    quotes = ("Nurses know. 🦉", "Nurses know. 🦉" * 20)
    tags = [TAG.model_copy(update={"quote": one, "end": len(one)}) for one in quotes]
    with_quotes.append(tags, actor="ada", now=NOW)
    yield with_quotes
    with_quotes.close()


def test_a_long_quotation_is_cut_in_its_place_and_a_short_one_stays(ledger, tmp_path):
    without = {TagJudged.kind: LeftOut("quote", 20)}
    copy, left_out = copy_ledger(ledger, tmp_path / "copy.sqlite", without=without)
    short, long = (one.event.quote for one in copy.read(TagJudged))
    assert short == "Nurses know. 🦉"
    assert long.startswith("Nurses know. 🦉Nurses")
    assert set(long[20:]) == {"…"}
    assert left_out == {2}
    assert [seq for seq, _ in copy.broken_links()] == [2]
    assert copy.head() == ledger.head()
    copy.close()


def test_a_copy_without_exceptions_is_whole(ledger, tmp_path):
    copy, left_out = copy_ledger(ledger, tmp_path / "copy.sqlite")
    assert (left_out, list(copy.broken_links())) == (frozenset(), [])
    copy.close()
