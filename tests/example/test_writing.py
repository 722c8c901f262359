"""The grammar writes sound English, remembers what it said, and every topic can be written."""
# ruff: noqa: S311 - seeds, not secrets

from __future__ import annotations

from random import Random

import pytest

from pipeline.errors import ContractError
from pipeline.example.composing import compose
from pipeline.example.journals import journals
from pipeline.example.people import invent_authors
from pipeline.example.plan import Plan, make_plans
from pipeline.example.quota import Quota
from pipeline.example.themes import SCENES, THEMES
from pipeline.example.wording import grammar, read_list
from pipeline.example.writer import Writer, read_grammar


def write(text, seed=1):
    return Writer(read_grammar([text]), Random(seed)).write("s")


def test_articles_follow_the_sound():
    words = "s\n    a {w}\nw\n    {}"
    for word, expected in {
        "app": "an app",
        "online forum": "an online forum",
        "one-year follow-up": "a one-year follow-up",
        "user survey": "a user survey",
        "university clinic": "a university clinic",
        "unclear role": "an unclear role",
        "European trial": "a European trial",
        "tool": "a tool",
    }.items():
        assert write(words.replace("{}", word)) == expected


def test_a_kept_slot_says_the_same_and_a_free_one_does_not_repeat_itself():
    text = "s\n    {@w} {@w} {v} {v} {v}\nw\n    one\n    two\n    three\nv\n    x\n    y\n    z"
    first, second, *rest = write(text, seed=4).split()
    assert first == second
    assert sorted(rest) == ["x", "y", "z"]


def test_ranges_stay_within_their_bounds():
    numbers = {int(write("s\n    {#3-5}", seed)) for seed in range(60)}
    assert numbers == {3, 4, 5}


def test_a_slot_without_wordings_is_our_own_mistake():
    with pytest.raises(ContractError, match="no symbol 'nowhere'"):
        read_grammar(["s\n    {nowhere}"])


def test_every_topic_of_the_plans_can_be_written():
    plans = make_plans(Quota.of(3000), Random(1))
    subjects = {(plan.theme, plan.scene): plan for plan in plans}
    assert len(subjects) > 30
    for plan in subjects.values():
        publication = compose(plan, 1)
        assert len(publication.title) > 15
        assert publication.title[0].isupper() or not publication.title[0].isalpha()


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_has_its_words_and_its_scenes(name):
    theme = THEMES[name]
    parts = ("title", "background", "methods", "results", "conclusion")
    symbols = [*(f"{name}.{part}" for part in parts), f"{theme.keywords}.keyword"]
    assert grammar().productions.keys() >= set(symbols)
    assert theme.eligible or theme.excluded
    assert set(theme.excluded) <= set(SCENES)
    assert all(journals(topic) for topic in theme.shelves)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_leaves_no_gap(name):
    scene = SCENES[name]
    for lines, widths in ((read_list(scene.tools), {2}), (read_list(scene.people), {3, 4})):
        assert len(lines) == len(set(lines))
        assert {len(line.split("|")) for line in lines} <= widths


def test_eligible_publications_stay_within_the_window():
    plans = [Plan(n, "views", n, is_eligible=True) for n in range(400)]
    years = [(p.online_year, p.print_year) for p in (compose(plan, 2) for plan in plans)]
    assert all(2010 <= online <= printed <= 2022 for online, printed in years)


def test_eligible_abstracts_name_what_hinders_or_helps():
    plans = [Plan(n, "rollout", n, is_eligible=True) for n in range(50)]
    for publication in (compose(plan, 2) for plan in plans):
        text = " ".join(section.text for section in publication.sections)
        assert not text or len(text) > 300


@pytest.mark.parametrize("kinship", ["erratum", "conference", "preprint", "part-two"])
def test_relatives_share_authors_and_differ_in_what_tells_them_apart(kinship):
    for number in range(1, 30):
        original = Plan(number, "views", number, kinship="part-one")
        first = compose(original, 3)
        other = compose(Plan(99, "views", number, kinship=kinship, relative=original), 3)
        assert other.authors == first.authors
        assert other.doi != first.doi or first.doi is None
        assert (other.title, other.journal) != (first.title, first.journal)


def test_issns_have_a_valid_check_digit():
    for journal in journals("mind"):
        digits = journal.issn.replace("-", "")
        values = [10 if digit == "X" else int(digit) for digit in digits]
        weighted = sum(v * w for v, w in zip(values, range(8, 0, -1), strict=True))
        assert weighted % 11 == 0


def test_authors_of_one_publication_are_different_people():
    for seed in range(50):
        families = [author.family for author in invent_authors(Random(seed))]
        assert len(set(families)) == len(families)
