"""People decide by cluster; what they say survives, and can be taken back."""

from __future__ import annotations

import polars as pl
import pytest

from flows.unsure import decide_clusters, judge_audit
from pipeline.errors import InputError, NotReadyError
from pipeline.review.duplicates.auditing import exact_interval
from pipeline.schemas import CitationOutcome

TITLE = "Evening text messages for adults with insomnia: a randomised controlled trial"


def _entry(number: int, *, doi: str | None = None, title: str = TITLE, volume: int = 4) -> str:
    lines = [f"T1  - {title}", "A1  - Ek, Anna", "A1  - Ruiz, Bo", "Y1  - 2020", f"VL  - {volume}"]
    lines += ["JF  - Journal of Invented Sleep", "SP  - 41", "EP  - 49", f"U2  - L{number:09d}"]
    lines += [f"DO  - {doi}"] if doi else []
    return "\n".join(["TY  - JOUR", *lines, "DB  - Embase", "ER  - ", ""]) + "\n"


@pytest.fixture
def unsure(make_review, add):
    """A review with three records that differ by nothing but their DOIs."""
    review = make_review()
    text = "".join(_entry(number, doi=f"10.5555/nap.{number}") for number in (1, 2, 3))
    add(review, "Embase", embase=text)
    review.ingest()
    review.dedupe()
    return review


@pytest.fixture
def merged(make_review, add):
    """A review in which three pairs of records were merged automatically."""
    review = make_review()
    titles = (TITLE, "Weighted blankets in long-haul lorries", "Naps in libraries and elsewhere")
    rows = [
        _entry(10 * one + copy, title=title, doi=f"10.5555/{one}", volume=one)
        for one, title in enumerate(titles, start=1)
        for copy in (1, 2)
    ]
    add(review, "Embase", embase="".join(rows))
    review.ingest()
    review.dedupe()
    return review


def n_citations(review) -> int:
    review.dedupe()
    return review.snapshot().citations.height


def outcomes(review) -> dict[str, str]:
    found: pl.DataFrame = review.snapshot().outcomes
    first = found.filter(pl.col("stage") == "title-abstract")
    assert CitationOutcome.is_valid(first)
    return dict(first.select("citation_id", pl.col("outcome").cast(pl.String)).iter_rows())


def test_a_cluster_is_everything_that_unsure_pairs_join(unsure):
    [cluster] = unsure.duplicates.unsure_clusters()
    assert cluster.citations.height == 3
    assert cluster.pairs["vetoes"].explode().unique().to_list() == ["doi-conflict"]


def test_groups_become_links_that_survive_a_run_and_can_be_undone(unsure):
    [cluster] = unsure.duplicates.unsure_clusters()
    first, second, third = cluster.citations["citation_id"]
    assert unsure.duplicates.answer(first, [[first, second], [third]], actor="anna") == 3
    assert n_citations(unsure) == 2
    assert unsure.duplicates.unsure_clusters() == []
    assert n_citations(unsure) == 2
    assert unsure.duplicates.undo_last(actor="bo") == 0
    assert unsure.duplicates.undo_last(actor="anna") == 3
    assert n_citations(unsure) == 3
    assert len(unsure.duplicates.unsure_clusters()) == 1


def test_what_is_in_no_group_stays_undecided(unsure):
    first, second, third = unsure.duplicates.unsure_clusters()[0].citations["citation_id"]
    unsure.duplicates.answer(first, [[first, second]], actor="anna")
    unsure.dedupe()
    [left] = unsure.duplicates.unsure_clusters()
    assert left.citations["citation_id"].to_list() == [first, third]


def test_an_answer_that_makes_no_sense_changes_nothing(unsure):
    [cluster] = unsure.duplicates.unsure_clusters()
    before = unsure.workspace.ledger.head()
    one = cluster.cluster_id
    with pytest.raises(InputError, match="not of this cluster"):
        unsure.duplicates.answer(one, [["embase:l99"]], actor="anna")
    with pytest.raises(InputError, match="two groups"):
        unsure.duplicates.answer(one, [[one], [one]], actor="anna")
    with pytest.raises(NotReadyError, match="no cluster"):
        unsure.duplicates.answer("embase:l99", [], actor="anna")
    assert unsure.workspace.ledger.head() == before


def test_a_merge_after_screening_opens_a_conflict_and_undoing_it_gives_back_each_decision(
    unsure, include, exclude
):
    first, second, third = unsure.snapshot().citations["citation_id"]
    unsure.decide([include(first), exclude(second), exclude(third)], reviewer="anna")
    before = outcomes(unsure)
    unsure.duplicates.answer(first, [[first, second], [third]], actor="anna")
    unsure.dedupe()
    assert outcomes(unsure) == {first: "conflict", third: "exclude"}
    unsure.duplicates.undo_last(actor="anna")
    unsure.dedupe()
    assert outcomes(unsure) == before
    assert unsure.snapshot().decisions.height == 3


def test_the_terminal_takes_one_key_a_cluster(unsure, capsys):
    keys = iter("xg" + "g" + "us" + "q")
    lines = iter(["12", "112"])
    n = decide_clusters(
        unsure, reviewer="anna", read_key=lambda: next(keys), read_line=lambda _: next(lines)
    )
    shown = capsys.readouterr().out
    assert n == 1
    assert "is not 3 digits" in shown
    assert "‹1›" in shown  # the DOIs differ in their last digit
    assert n_citations(unsure) == 2


def test_the_terminal_undoes_and_stops(unsure):
    keys = iter("s")
    decide_clusters(unsure, reviewer="anna", read_key=lambda: next(keys))
    assert n_citations(unsure) == 1
    unsure.duplicates.undo_last(actor="anna")
    unsure.dedupe()
    keys = iter("q")
    assert decide_clusters(unsure, reviewer="anna", read_key=lambda: next(keys)) == 0


def test_an_audit_is_drawn_once_and_says_what_it_cannot_know(merged):
    drawn = merged.duplicates.draw_audit(2, seed=1, actor="anna")
    assert (drawn.n_merges, drawn.n_drawn, drawn.n_judged) == (3, 2, 0)
    assert "none is judged yet" in drawn.sentence
    again = merged.duplicates.draw_audit(2, seed=1, actor="anna")
    assert again.sample.equals(drawn.sample)
    samples = {
        frozenset(merged.duplicates.draw_audit(2, seed=seed, actor="anna").sample["left_id"])
        for seed in range(2, 8)
    }
    assert len(samples) > 1


def test_a_wrong_merge_found_in_the_audit_is_split_and_counted(merged):
    merged.duplicates.draw_audit(3, seed=1, actor="anna")
    keys = iter("sdus" + "d")
    assert judge_audit(merged, reviewer="anna", read_key=lambda: next(keys)) == 3
    assert n_citations(merged) == 4
    audit = merged.duplicates.draw_audit(3, seed=1, actor="anna")  # goes on, although one was split
    assert (audit.n_judged, audit.n_wrong, audit.is_complete) == (3, 1, True)
    assert (audit.low, audit.high) == exact_interval(1, 3)
    assert "1 of 3 judged were wrong: 33.3%" in audit.sentence


def test_there_must_be_something_to_audit(unsure):
    with pytest.raises(NotReadyError, match="nothing was merged"):
        unsure.duplicates.draw_audit(5, seed=1, actor="anna")
    with pytest.raises(InputError, match="at least one"):
        unsure.duplicates.draw_audit(0, seed=1, actor="anna")


@pytest.mark.parametrize(("n_found", "n"), [(0, 30), (1, 30), (15, 30), (30, 30)])
def test_the_interval_is_the_exact_one(n_found, n):
    from scipy.stats import binomtest

    expected = binomtest(n_found, n).proportion_ci(method="exact")
    assert exact_interval(n_found, n) == pytest.approx((expected.low, expected.high))
