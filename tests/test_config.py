"""Every mistake in review.toml is said with its line and the nearest valid word."""

from __future__ import annotations

import pytest

from pipeline.config import read_config
from pipeline.errors import ConfigError
from pipeline.example import make_example
from pipeline.review.folder import starting_config

GOOD = """\
[review]
title = "Text messages for sleep"

[[criteria.exclusion]]
id = "population"

[[criteria.exclusion]]
id = "design"
"""


def test_what_init_and_the_example_write_can_be_read():
    assert read_config(starting_config(), where="review.toml").screening.n_excludes == 1
    example = make_example(n_entries=60)
    assert read_config(example.review_toml, where="review.toml").dates.from_.year == 2010


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "[review]\ntitel = 'x'\n",
            2,
            r"\[review\] titel is not a setting; did you mean 'title'\?",
        ),
        ("[reviev]\ntitle = 'x'\n", 1, r"\[reviev\] is not a setting; did you mean 'review'\?"),
        ("[review]\nquestion = 'x'\n", 1, r"\[review\] title is missing"),
        ("", 1, r"\[review\] is missing"),
        (GOOD + "txt = 'x'\n", 9, r"did you mean 'text'\?"),
        (GOOD + "\n[screening]\nn_excludes = 0\n", 11, r"greater than or equal to 1"),
        (GOOD + "\n[screening]\nmodel = 'elas-u5'\n", 11, r"did you mean 'elas-u4'\?"),
        (GOOD + "\n[tagging]\ncodebook = 'berardi'\n", 11, r"did you mean 'berardi-2024'\?"),
        (GOOD + "\n[dedupe]\nblocking = ['dio']\n", 11, r"did you mean 'doi'\?"),
        (GOOD + "\n[dates]\nfrom = 2022-01-01\nto = 2010-01-01\n", 10, r"ends before it begins"),
        (GOOD + "\n[dates]\nfrom = 'soon'\n", 11, r"\[dates\] from"),
        ("[review\ntitle = 'x'\n", 1, r"mend the TOML"),
        (GOOD + "\n[[reviewers]]\nid = 'a b'\n", 11, r"\[reviewers\] id"),
    ],
)
def test_a_mistake_names_its_line(text, line, message):
    with pytest.raises(ConfigError, match=message) as caught:
        read_config(text, where="review.toml")
    assert caught.value.where == f"review.toml, line {line}"


def test_the_fingerprint_changes_with_what_can_change_a_result_and_with_nothing_else():
    first = read_config(GOOD, where="a")
    assert first.fingerprint() == read_config(f"# a comment\n{GOOD}", where="b").fingerprint()
    stored = read_config(GOOD + "\n[store]\nbusy_timeout_seconds = 5\n", where="a")
    assert first.fingerprint() == stored.fingerprint()
    seeded = read_config(GOOD + "\n[screening]\nseed = 7\n", where="a")
    assert first.fingerprint() != seeded.fingerprint()
