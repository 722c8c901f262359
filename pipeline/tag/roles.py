"""Decides which sentences report a finding; only those are tagged.

Aims, methods and background name the same factors as findings do ("this study explored barriers
to …"), and tagging them is the commonest mistake of keyword tagging. A labelled abstract says
which is which; an unlabelled one is judged by its wording and by its order, since background
comes before the aim, and the methods before the findings (the IMRaD order).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.tag.lexicon import Entry, Lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.tag.sentences import Part, Sentence

__all__ = ["find_parts"]

_CUES: Final[dict[Part, tuple[str, ...]]] = {
    "aim": (
        "this study aim*", "this study aimed to", "study aims", "aimed to", "aims to", "we aim to", "we aimed", "aim of", "aim was",
        "aims were", "objective was", "objective of", "objectives were", "purpose of", "purpose was", "goal was",
        "we sought to", "sought to", "we set out to", "this study explored", "this study explores",
        "this study examined", "this study examines", "this study investigat*", "this study describe*",
        "this study assess*", "this study sought", "this paper explore*", "this paper examine*", "this paper describe*",
        "this paper report*", "this article explore*", "this article describe*", "this article examine*", "we explored",
        "we examined", "we investigated", "we wanted to", "we asked whether", "we asked how", "we asked what",
        "to explore", "to examine", "to investigate", "to identify", "to understand", "to describe", "to evaluate",
        "to assess", "to determine", "in this study we", "here we describe", "here we report", "this review aim*",
        "this study evaluate*", "this qualitative study explore*", "this qualitative study examine*", "the present study",
        "the current study", "was to", "we report on", "intended to", "research question*", "this project aim*",
        "this work explore*", "this survey explore*", "this review explore*", "we evaluated", "we assessed", "we studied",
    ),
    "methods": (
        "were interviewed", "was interviewed", "we interviewed", "interviews were", "focus groups were",
        "focus group discussions were", "were conducted", "was conducted", "were held", "we conducted", "were recruited",
        "we recruited", "was recruited", "were analysed", "were analyzed", "was analysed", "was analyzed", "we analysed", "we analyzed",
        "were transcribed", "transcripts were", "thematic analysis", "framework analysis", "content analysis",
        "grounded theory", "were collected", "was collected", "data were", "were invited", "took part", "were surveyed",
        "we surveyed", "completed a survey", "completed an online", "online survey of", "were randomi*", "was randomi*", "were randomly",
        "were coded", "was coded", "we coded", "semi structured", "semistructured", "purposive*", "were sampled",
        "were administered", "was used to", "were used to", "was guided by", "guided by the consolidated", "we searched",
        "were searched", "was searched", "were screened", "were extracted", "were assigned", "was informed by", "were synthesi*",
        "were included if", "participated in", "questionnaire was", "a survey of", "was employed", "was applied", "will be",
        "were asked", "we asked", "was distributed", "were approached", "qualitative study with", "mixed methods study",
        "qualitative interviews with", "in depth interviews with", "interviews with", "focus groups with", "were eligible",
        "was administered", "was carried out", "were carried out", "convenience sample", "snowball", "interviewed", "surveyed",
        "were observed", "we observed", "were audio recorded", "cross sectional", "we used", "we applied", "completed questionnaires",
    ),
    "background": (
        "little is known", "is known about", "less is known", "remains unknown", "has been proposed", "have been proposed", "have the potential",
        "has the potential", "are increasingly", "is increasingly", "despite the potential", "is a leading", "are a leading",
        "remains poorly understood", "is poorly understood", "are poorly understood", "worldwide", "globally", "millions of",
        "have emerged", "has emerged as", "in recent years", "prior research", "previous research", "previous studies",
        "prior studies", "earlier studies", "earlier work", "past research", "existing literature", "the literature",
        "is not well understood", "few studies", "no study has", "no studies have", "understudied", "under researched", "are growing", "is growing",
        "has grown", "is often said", "are often said", "are said to", "is said to", "are widely", "is widely", "has long been", "it is known",
        "are thought to", "is thought to", "are assumed", "it is often", "evidence suggests", "research suggests", "is unclear whether", "have been developed",
        "has been shown", "have been shown", "is common", "are common", "promise to", "are expected to", "often cited", "are often", "is often",
    ),
    "findings": (
        "we found", "were found", "was found", "found that", "reported", "identified", "emerged", "participants described",
        "revealed", "showed", "indicated", "felt", "described", "perceived", "highlighted", "expressed", "themes", "theme", "respondents",
        "interviewees", "concluded", "suggest that", "suggests that", "conclude", "our findings", "these findings", "findings", "results",
        "stated", "noted", "mentioned", "praised", "complained", "said", "viewed", "saw", "considered", "cited", "named", "hindered",
        "facilitated", "barriers included", "barriers were", "facilitators included", "facilitators were",
    ),
}  # fmt: skip
_NEVER_TAGGED: Final = frozenset({"background", "aim", "methods", "other"})


class _Reading(NamedTuple):
    """What the wording of a sentence suggests it is for."""

    cues: frozenset[str]
    label: Part | None


@cache
def _lexicon() -> Lexicon:
    return Lexicon.of(
        Entry(phrase, part, part) for part, phrases in _CUES.items() for phrase in phrases
    )


def find_parts(sentences: Sequence[Sentence], words: Sequence[Sequence[str]]) -> list[Part]:
    """Return what each sentence is for.

    Parameters
    ----------
    sentences
        The sentences of one abstract, in order.
    words
        The words of each.

    Examples
    --------
    >>> from pipeline.tag.lexicon import find_words
    >>> from pipeline.tag.sentences import split_sentences
    >>> text = "Apps are widely sold. We interviewed ten nurses. Cost hindered use."
    >>> cut = split_sentences(text)
    >>> find_parts(cut, [find_words(text, s.start, s.end) for s in cut])
    ['background', 'methods', 'findings']
    """
    readings = [
        _Reading(frozenset(m.entry.key for m in _lexicon().find(mine)), sentence.part)
        for sentence, mine in zip(sentences, words, strict=True)
    ]
    opening = _end_of_opening(readings)
    return [_part(reading, is_opening=at < opening) for at, reading in enumerate(readings)]


def _end_of_opening(readings: Sequence[_Reading]) -> int:
    """Return how many sentences come before the first that states an aim or a method.

    Only unlabelled sentences can be an opening; a text that never states either has none.
    """
    for at, reading in enumerate(readings):
        if reading.label is not None:
            return at
        if reading.cues & {"aim", "methods"} and "findings" not in reading.cues:
            return at
    return 0


def _part(reading: _Reading, *, is_opening: bool) -> Part:
    if reading.label is not None and reading.label in _NEVER_TAGGED:
        return reading.label
    worded = _worded(reading.cues)
    if is_opening and worded != "findings":
        return "background"
    if reading.label == "findings" and worded == "background":
        return "findings"
    return worded or "findings"


def _worded(cues: frozenset[str]) -> Part | None:
    if "findings" in cues:
        return "findings"
    for part in ("aim", "methods", "background"):
        if part in cues:
            return part
    return None
