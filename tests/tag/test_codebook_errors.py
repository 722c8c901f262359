"""Every mistake in a codebook is reported with its line and a way out."""

import pytest

from pipeline.errors import CodebookError
from pipeline.tag import read_codebook
from pipeline.tag.codebook import EXAMPLE


def message_of(text):
    with pytest.raises(CodebookError) as caught:
        read_codebook(text, name="mine.yaml")
    return str(caught.value)


def test_the_example_is_right():
    codebook = read_codebook(EXAMPLE, name="mine.yaml")
    assert codebook.version == "1.0"
    assert codebook.domains[0].phrases.neutral == ("rain*", "drizzle")
    assert codebook.polarity.negation


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("label: What", "lable: What", 3, "did you mean 'label'"),
        ("    label: Rain", "    labell: Rain", 7, "did you mean 'label'"),
        ("    phrases: {neutral", "    phrases: {neutrl", 9, "did you mean 'neutral'"),
        ("version: 1.0\n", "", 1, "the key 'version' is missing"),
        ("    definition: Water from above.\n", "", 6, "the key 'definition' is missing"),
        ("drizzle]", "driz*zle]", 9, "'driz*zle' in 'driz*zle' is not a word"),
        ("drizzle]", "'']", 9, "a phrase is empty"),
        ("drizzle]", "'d*']", 9, "too short a stem"),
        ("drizzle]", "'wet, cold']", 9, "is not a word"),
        ("id: weather", "id: 'bad weather'", 1, "is not an id"),
        ("version: 1.0", "version: 1.0\nversion: 2.0", 3, "has the key 'version' twice"),
        ("version: 1.0", "version: &v 1.0", 2, "anchor or alias"),
        ("version: 1.0", "version: *v", 2, "anchor or alias"),
        ("version: 1.0", "version: [1.0", 3, "mend the YAML"),
        ("label: What", "\tlabel: What", 3, "mend the YAML"),
        ("version: 1.0", "version: 1.0\ndraft: perhaps", 3, "draft"),
        ("version: 1.0", "version: 1.0\nunit: page", 3, "unit"),
        ("    phrases", "    codes: [{id: a, label: A},\n     {id: a, label: B}]\n    phrases", 10,
         "the code 'a' is listed twice"),
        ("    phrases", "    codes:\n    - {id: a, label: A, parent: RIAN}\n    phrases", 10,
         "did you mean 'RAIN'"),
        ("    phrases", "    codes:\n    - {id: does-not-fit, label: A}\n    phrases", 10,
         "is always there"),
        ("levels:", "  - {id: RAIN, label: R, definition: R.}\nlevels:", 10,
         "the domain 'RAIN' is listed twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_line(old, new, line, words):
    assert old in EXAMPLE
    message = message_of(EXAMPLE.replace(old, new))
    assert message.startswith(f"mine.yaml, line {line}:"), message
    assert words in message


def test_levels_may_not_repeat():
    again = EXAMPLE + "  - {id: sky, label: R, definition: R.}\n"
    assert message_of(again).startswith("mine.yaml, line 12: the level 'sky' is listed twice")


def test_there_must_be_a_domain():
    without = EXAMPLE[: EXAMPLE.index("domains:")] + "domains: []\n"
    assert "line 5" in message_of(without)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "# only a comment"])
def test_what_is_no_mapping_is_refused(text):
    assert "start with 'id: my-codebook'" in message_of(text)


def test_deep_nesting_is_refused():
    deep = "id: " + "{a: " * 30 + "1" + "}" * 30
    assert "nested too deeply" in message_of(deep)


def test_scalars_stay_text():
    codebook = read_codebook(
        EXAMPLE.replace("drizzle", "no").replace("1.0", "1.10"), name="mine.yaml"
    )
    assert codebook.version == "1.10"
    assert "no" in codebook.domains[0].phrases.neutral


def test_a_codebook_may_bring_its_own_polarity():
    own = EXAMPLE + "polarity: {barrier: {governors: [spoil*]}, contrast: [aber]}\n"
    codebook = read_codebook(own, name="mine.yaml")
    assert codebook.polarity.barrier.governors == ("spoil*",)
    assert codebook.polarity.negation == ()


def test_hyphens_and_capitals_are_forgiven():
    codebook = read_codebook(EXAMPLE.replace("drizzle", "Rain-Drop"), name="mine.yaml")
    assert "rain drop" in codebook.domains[0].phrases.neutral
