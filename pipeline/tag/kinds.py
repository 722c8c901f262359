"""Flags what kind of document a text is: a flag for the reviewer, never an exclusion.

Each kind has telling phrases with a weight, in the title and in the text; the first kind in the
order below that reaches its threshold wins. News and reports come first, because they quote the
very words of the study or review that they write about.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from pipeline.tag.lexicon import Entry, Lexicon, find_words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Kind", "find_kind"]

Kind = Literal["primary", "review", "protocol", "report", "news", "unknown"]

_STRONG: Final = 3
_FAIR: Final = 2
_WEAK: Final = 1
_THRESHOLD: Final = 3  # one strong phrase, or several lesser ones

_TITLE: Final[dict[Kind, dict[int, tuple[str, ...]]]] = {
    "news": {
        _STRONG: ("releases", "launches", "unveils", "news", "press release", "announces", "in the news", "says", "warns",
                  "newsletter", "blog", "how to", "publishes"),
        _FAIR: ("new study", "new research", "new report", "new review", "whitepaper", "what we learned", "interview with"),
    },
    "report": {
        _STRONG: ("white paper", "whitepaper", "policy brief", "position statement", "working paper", "annual report",
                  "technical report", "briefing", "position paper", "policy report", "consensus statement", "evaluation report"),
    },
    "protocol": {_STRONG: ("protocol", "study design and rationale", "rationale and design")},
    "review": {
        _STRONG: ("systematic review", "scoping review", "umbrella review", "rapid review", "literature review", "meta analysis",
                  "meta synthesis", "metasynthesis", "integrative review", "narrative review", "realist review", "review of reviews",
                  "evidence synthesis", "qualitative synthesis", "overview of reviews", "mapping review", "critical review",
                  "state of the art review", "evidence map", "metaanalysis", "mixed methods review", "qualitative evidence synthesis",
                  "systematic literature review", "a review of"),
        _FAIR: ("review", "synthesis"),
    },
    "primary": {
        _FAIR: ("qualitative study", "interview study", "survey", "randomised", "randomized", "trial", "focus group*", "mixed methods",
                "case study", "pilot", "feasibility", "cross sectional", "cohort", "ethnograph*", "delphi", "interviews"),
    },
}  # fmt: skip
_TEXT: Final[dict[Kind, dict[int, tuple[str, ...]]]] = {
    "news": {
        _STRONG: ("original article doi", "original title", "press release", "read more", "sign up", "subscribe", "click here",
                  "news in context", "share this", "our newsletter", "told reporters", "told the", "read the full", "prepared with the assistance",
                  "spokesperson", "spokeswoman", "spokesman", "has just released", "terms and conditions", "source link", "this blog",
                  "said in a statement", "in a statement", "the full report can be", "editor's note", "photo credit", "image credit"),
        _FAIR: ("a recent systematic review", "a recent review", "a recent study", "a new study", "a new review", "according to a new",
                "new study", "new research", "researchers say", "researchers said", "the researchers", "the review involved",
                "published today", "this week", "last week", "yesterday", "this month", "last month", "lead author", "dr", "whitepaper", "highlights", "recent qualitative systematic review",
                "the study's authors", "the authors of the study", "the team found", "scientists", "said"),
    },
    "report": {
        _STRONG: ("white paper", "whitepaper", "policy brief", "this report highlights", "this report sets out", "this report summarises",
                  "this report summarizes", "this report presents", "this report describes", "executive summary", "this briefing", "this position paper", "this position statement",
                  "this brief", "our report", "the report calls", "the report recommends", "this policy report", "commissioned by",
                  "the working group", "taskforce", "task force", "grey literature report", "annual report", "page report"),
        _FAIR: ("this report", "the report", "stakeholder workshop", "we call on", "calls on"),
    },
    "protocol": {
        _STRONG: ("this protocol", "study protocol", "the protocol describes", "protocol for", "will be recruited", "will be randomi*", "will be randomly", "trial will",
                  "study will", "review will", "we will recruit", "we will interview", "we will search", "will be interviewed", "will be invited",
                  "ethics and dissemination", "will be disseminated"),
        _FAIR: ("will be conducted", "will be collected", "will be analysed", "will be analyzed", "will be assessed", "we will", "will be used", "will be", "will take part", "is planned"),
    },
    "review": {
        _STRONG: ("this systematic review", "this scoping review", "this review", "this meta analysis", "we systematically searched", "prisma", "prospero",
                  "databases were searched", "we searched", "were searched", "studies were included", "articles were included",
                  "included studies", "records were screened", "studies met", "articles met", "papers met", "pooled effect*", "our review",
                  "studies included in", "studies were eligible", "reviews were included", "papers were included",
                  "a systematic review was", "a scoping review was", "we conducted a systematic review", "we conducted a scoping review", "we reviewed the literature", "publications were included"),
        _FAIR: ("medline", "embase", "psycinfo", "cinahl", "pubmed", "cochrane library", "web of science", "scopus", "meta analysis",
                "narrative synthesis", "thematic synthesis", "eligible studies", "eligibility criteria", "literature search"),
    },
    "primary": {
        _STRONG: ("semi structured interviews", "semistructured interviews", "were interviewed", "we interviewed", "focus groups", "thematic analysis",
                  "participants were", "were recruited", "online survey", "were surveyed", "we surveyed", "randomly assigned", "were randomi*", "in depth interviews",
                  "questionnaire*", "thematically analysed", "thematically analyzed", "qualitative interviews", "this trial", "qualitative study", "cross sectional",
                  "interviewees", "case study", "respondents", "case studies", "ethnograph*", "interviews", "survey", "completed a"),
        _FAIR: ("participants", "interviewed", "surveyed", "interview", "focus group", "n", "pilot*", "recruited", "took part", "trial", "enrolled",
                "transcripts", "questionnaire", "service users", "field notes", "participated", "we asked", "diaries", "workshops"),
    },
}  # fmt: skip
_ORDER: Final[tuple[Kind, ...]] = ("news", "report", "protocol", "review", "primary")


@cache
def _lexicon(place: Literal["title", "text"]) -> Lexicon:
    table = _TITLE if place == "title" else _TEXT
    return Lexicon.of(
        Entry(phrase, kind, kind, str(weight))
        for kind, by_weight in table.items()
        for weight, phrases in by_weight.items()
        for phrase in phrases
    )


def find_kind(title: str, words: Sequence[str]) -> Kind:
    """Return the kind of a document, judged by its title and the words of its text.

    Examples
    --------
    >>> find_kind("Apps in clinics: a scoping review", [])
    'review'
    >>> find_kind("", [])
    'unknown'
    """
    scores = _scores("title", find_words(title)) + _scores("text", words)
    for kind in _ORDER:
        if scores[kind] >= _threshold(kind, scores):
            return kind
    return "unknown"


def _scores(place: Literal["title", "text"], words: Sequence[str]) -> Counter[Kind]:
    """Return the weight of the different telling phrases for each kind."""
    found = {match.entry for match in _lexicon(place).find(words)}
    scores: Counter[Kind] = Counter()
    for entry in found:
        kind: Kind = entry.key  # type: ignore[assignment]  # the lexicon's keys are kinds
        scores[kind] += int(entry.lean)
    return scores


def _threshold(kind: Kind, scores: Counter[Kind]) -> int:
    """Ask a review, a report or a news item for more where the text describes its own study."""
    if kind in {"news", "report"}:
        return _THRESHOLD + scores["primary"] // 2
    if kind == "review" and scores["primary"] > scores["review"]:
        return scores["primary"]
    return _THRESHOLD
