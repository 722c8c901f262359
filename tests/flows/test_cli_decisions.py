"""Decisions made elsewhere, key publications and withdrawals, from the command line."""

from __future__ import annotations

import pytest

from pipeline.review import Review

RIS = (
    "TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nY1  - 2020\nN2  - {title} in short\n"
    "DO  - 10.5555/x.{n}\nU2  - L20000{n}\nDB  - Embase\nER  - \n\n"
)
TITLES = ("Evening text messages for adults", "Whale songs in nurseries", "The price of curtains")
RAYYAN = (
    "key,title,year,authors,doi,notes,pubmed_id\n"
    'rayyan-1,Evening text messages for adults,2020,"Ek, Anna",10.5555/x.0,'
    '"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Bo""=>""Excluded""}",\n'
    'rayyan-2,Whale songs in nurseries,2020,"Ek, Anna",10.5555/x.1,'
    '"RAYYAN-INCLUSION: {""Ann""=>""Excluded"", ""Bo""=>""Excluded""}'
    ' | RAYYAN-EXCLUSION-REASONS: wrong topic",\n'
)
COVIDENCE = (
    "Title,Authors,DOI,Covidence #,Study\nWhale songs in nurseries,Ek,10.5555/x.1,#1,Ek 2020\n"
)


@pytest.fixture
def review(thresher, tmp_path):
    """Return a review of one search, deduplicated."""
    path, export = tmp_path / "review", tmp_path / "embase.ris"
    export.write_text("".join(RIS.format(title=t, n=n) for n, t in enumerate(TITLES)), "utf-8")
    assert thresher("init", path).code == 0
    config = path / "review.toml"
    text = config.read_text("utf-8")
    key_papers = 'key_papers = ["10.5555/x.1", "Nobody found this"]'
    lines = [key_papers if one.startswith("key_papers") else one for one in text.splitlines()]
    config.write_text(
        "\n".join(lines) + '\n[[reviewers]]\nid = "reviewer-1"\n\n[[reviewers]]\nid = "bo"\n',
        "utf-8",
    )
    added = thresher("add", path, export, "--searched-on", "2026-11-21", "--database", "Embase")
    assert added.code == 0, added.err
    with Review.open(path) as opened:
        opened.ingest()
        opened.dedupe()
    return path


@pytest.fixture
def files(tmp_path):
    """Return files of other tools, by name."""
    texts = {
        "rayyan": RAYYAN,
        "covidence": COVIDENCE,
        "ours": "citation_id,decision\nembase:l200000,include\n",
        "semicolons": "citation_id;decision;note\nembase:l200000;include;at noon, not at night\n",
        "mistyped": "citation_id,verdict\nembase:l200000,include\n",
        "stranger": RAYYAN.replace("Whale songs in nurseries", "Hammocks").replace("x.1", "x.9"),
        "undecided": "title,authors,doi\nWhale songs in nurseries,Ek,10.5555/x.1\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return {name: tmp_path / f"{name}.csv" for name in texts}


def test_rayyan_s_decisions_come_in_person_by_person(thresher, review, files):
    for who, named in (("reviewer-1", "Ann"), ("bo", "Bo")):
        arguments = ("decide", review, "--from", files["rayyan"], "--as", who, "--named", named)
        first, again = thresher(*arguments, "--json"), thresher(*arguments, "--json")
        assert (first.code, first.json) == (0, {"n_taken": 2, "n_known": 0}), first.err
        assert again.json == {"n_taken": 0, "n_known": 2}
    screened = thresher("status", review, "--json").json["screened"][0]
    assert (screened["conflict"], screened["exclude"], screened["awaiting"]) == (1, 1, 1)


def test_a_covidence_list_comes_in_as_what_it_stands_for(thresher, review, files):
    result = thresher(
        *("decide", review, "--from", files["covidence"], "--as", "bo"),
        *("--decision", "exclude", "--json"),
    )
    assert (result.code, result.json["n_taken"]) == (0, 1), result.err


@pytest.mark.parametrize("name", ["ours", "semicolons"])
def test_our_own_table_is_still_recognised_first(thresher, review, files, name):
    result = thresher("decide", review, "--from", files[name], "--as", "bo", "--json")
    assert (result.code, result.json["n_taken"]) == (0, 1), result.err


BAD_INPUT = {
    "several people": (["--from", "{rayyan}"], "Ann, Bo"),
    "nobody of that name": (["--from", "{rayyan}", "--named", "Eve"], "'Eve'"),
    "a list of what": (["--from", "{covidence}"], "--decision"),
    "no citation": (["--from", "{stranger}", "--named", "Bo"], "is no citation of this review"),
    "no decisions": (["--from", "{undecided}"], "holds no decision"),
    "a name for our own table": (["--from", "{ours}", "--named", "Bo"], "is our own table"),
    "a mistyped heading": (["--from", "{mistyped}"], "or a column decision"),
    "an unknown tool": (["--from", "{rayyan}", "--tool", "rayan"], "did you mean 'rayyan'"),
    "an unknown reviewer": (["--from", "{rayyan}", "--named", "Bo", "--as", "b"], "reviewer 'b'"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_sentence_and_changes_nothing(thresher, review, files, case):
    arguments, message = BAD_INPUT[case]
    before = thresher("status", review, "--json").json["n_events"]
    given = [one.format(**files) for one in arguments]
    who = [] if "--as" in given else ["--as", "bo"]
    result = thresher("decide", review, *given, *who)
    assert result.code == 2, result.out
    assert message in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert thresher("status", review, "--json").json["n_events"] == before


def test_status_says_which_source_found_which_key_publication(thresher, review):
    found, missed = thresher("status", review, "--json").json["known_items"]
    assert (found["key_paper"], found["databases"]) == ("10.5555/x.1", ["Embase"])
    assert found["citation_ids"]
    assert (missed["key_paper"], missed["databases"]) == ("Nobody found this", [])
    shown = thresher("status", review).out
    assert "no source" in shown
    assert "key publications that no search found: 1 of 2" in shown


def test_a_withdrawn_search_counts_nowhere(thresher, review):
    arguments = ("withdraw", review, "2026-11-21-embase", "--reason", "a line was lacking")
    result = thresher(*arguments, "--as", "bo", "--json")
    assert result.code == 0, result.err
    assert result.json["counts"]["database_results"] == 0
    assert thresher("status", review, "--json").json["n_searches"] == 0
    assert thresher("verify", review).code == 0
    again = thresher(*arguments, "--as", "bo")
    assert (again.code, "is withdrawn already" in again.err) == (2, True)
    unknown = thresher("withdraw", review, "2026-11-21-embse", "--reason", "x", "--as", "bo")
    assert (unknown.code, "did you mean '2026-11-21-embase'" in unknown.err) == (2, True)
