"""Suggests tags: sentence by sentence, with the phrase that was found and why.

A suggestion is never a tag: a person confirms it. Only sentences that report a finding are read
(:mod:`pipeline.tag.roles`); the title never is. Levels are suggested from the words around the
factor and stay null where nothing speaks for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import ContractError
from pipeline.schemas import SuggestedTag, TaggedReport
from pipeline.tag.clauses import cut_clauses
from pipeline.tag.direction import LEANS, Verdict, judge
from pipeline.tag.kinds import find_kind
from pipeline.tag.lexicon import Entry, Lexicon, Match, Passage, find_words
from pipeline.tag.phrases import PolarityRules
from pipeline.tag.plain import plain_text
from pipeline.tag.roles import find_parts
from pipeline.tag.sentences import Part, Sentence, split_sentences
from pipeline.tag.wording import find_wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import dataframely as dy

    from pipeline.tag.codebook import Codebook

__all__ = ["TagSuggestions", "suggest_tags"]

_STATISTICS: Final = re.compile(
    r"\bp\s*[<=>]|\bCI\b|\bSD\b|\b(?:d|g|r|β|OR|RR|HR|B|F|t)\s*=\s*-?[\d.]|χ2|Cohen", re.ASCII
)
_GRAMMATICAL: Final = ("heading", "absence", "governor", "relief")
_CUE_KINDS: Final = tuple(
    kind for kind in PolarityRules.model_fields if kind not in {"barrier", "facilitator", "ignore"}
)
_NEEDED_COLUMNS: Final = ("record_id", "title", "abstract")


@dataclass(frozen=True, slots=True)
class TagSuggestions:
    """What the tag stage hands over.

    Attributes
    ----------
    reports
        One row per text: its kind, and the plain text that the offsets point into.
    tags
        The suggestions, in the order of the texts, of the sentences and of the phrases.
    """

    reports: dy.DataFrame[TaggedReport]
    tags: dy.DataFrame[SuggestedTag]


def suggest_tags(
    texts: pl.DataFrame, *, codebook: Codebook, is_plain: bool = False
) -> TagSuggestions:
    """Suggest tags for abstracts.

    Parameters
    ----------
    texts
        Columns ``record_id``, ``title`` and ``abstract``; the last two may be null.
    codebook
        What to look for.
    is_plain
        Whether the texts are plain already: stored ones are read exactly as they stand.

    Returns
    -------
    TagSuggestions
        For every text its kind, and for some of them tags: none is a valid answer.

    Examples
    --------
    >>> from pipeline.tag import CODEBOOKS
    >>> texts = pl.DataFrame({
    ...     "record_id": ["r1"], "title": ["Apps in clinics"],
    ...     "abstract": ["We interviewed nurses. Lack of training hindered uptake."],
    ... })
    >>> found = suggest_tags(texts, codebook=CODEBOOKS["berardi-2024"])
    >>> found.tags.select("domain", "polarity", "phrase").rows()
    [('SR', 'barrier', 'training')]
    """
    missing = [column for column in _NEEDED_COLUMNS if column not in texts.columns]
    if missing:
        raise ContractError(f"the texts to tag lack the column {missing[0]!r}")
    lexicon = _lexicon_of(codebook)
    reports: list[tuple[str, str, str]] = []
    tags: list[tuple[object, ...]] = []
    for record_id, title, abstract in texts.select(_NEEDED_COLUMNS).iter_rows():
        text = abstract or "" if is_plain else plain_text(abstract or "")
        cut = split_sentences(text)
        words = [find_words(text, sentence.start, sentence.end) for sentence in cut]
        wording = [find_wording(mine) for mine in words]
        parts = find_parts(cut, wording)
        kind = find_kind(plain_text(title or ""), frozenset().union(*wording), set(parts))
        reports.append((record_id, kind, text))
        tags.extend((record_id, *tag) for tag in _tags_of(text, cut, words, parts, lexicon))
    return TagSuggestions(
        TaggedReport.validate(_frame(reports, TaggedReport), cast=True),
        SuggestedTag.validate(_frame(tags, SuggestedTag), cast=True),
    )


def _frame(rows: Sequence[tuple[object, ...]], schema: type[dy.Schema]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema.create_empty().schema, orient="row")


@lru_cache(maxsize=8)
def _lexicon_of(codebook: Codebook) -> Lexicon:
    return Lexicon.of([*_factor_entries(codebook), *_cue_entries(codebook)])


def _factor_entries(codebook: Codebook) -> Iterator[Entry]:
    for domain in codebook.domains:
        for strength, phrases in (("factor", domain.phrases), ("weak", domain.weak)):
            for lean in LEANS:
                yield from (Entry(p, strength, domain.id, lean) for p in getattr(phrases, lean))
    for level in codebook.levels:
        yield from (Entry(phrase, "level", level.id) for phrase in level.phrases)


def _cue_entries(codebook: Codebook) -> Iterator[Entry]:
    rules = codebook.polarity
    for direction, cues in (("barrier", rules.barrier), ("facilitator", rules.facilitator)):
        yield from (Entry(p, "cue", f"{direction}.governors") for p in cues.governors)
        yield from (Entry(p, "cue", f"{direction}.cues") for p in cues.cues)
    for kind in _CUE_KINDS:
        yield from (Entry(phrase, "cue", kind) for phrase in getattr(rules, kind))
    for group in (
        "factor",
        "weak",
        "cue",
    ):  # a fixed expression outbids the shorter phrases inside it
        yield from (Entry(phrase, group, "ignore") for phrase in rules.ignore)


def _tags_of(
    text: str,
    sentences: Sequence[Sentence],
    words: Sequence[Sequence[str]],
    parts: Sequence[Part],
    lexicon: Lexicon,
) -> Iterator[tuple[object, ...]]:
    """Yield the suggestions of one text as rows, without the record id."""
    for sentence, mine, part in zip(sentences, words, parts, strict=True):
        if part != "findings":
            continue
        found = lexicon.find(mine)
        if any(_is_factor(match) for match in found):
            yield from _tags_of_sentence(text, sentence, found)


def _is_factor(match: Match) -> bool:
    return match.entry.group in {"factor", "weak"} and match.entry.key != "ignore"


def _tags_of_sentence(
    text: str, sentence: Sentence, found: Sequence[Match]
) -> Iterator[tuple[object, ...]]:
    passage = Passage.of(text, sentence.start, sentence.end)
    factors = [match for match in found if _is_factor(match)]
    levels = [match for match in found if match.entry.group == "level"]
    cues = [match for match in found if match.entry.group == "cue"]
    is_figure = bool(_STATISTICS.search(text, sentence.start, sentence.end))
    seen: set[tuple[str, str]] = set()
    for clause in cut_clauses(passage, factors, cues):
        for factor in clause.factors:
            verdict = judge(factor, clause)
            if verdict is None or (is_figure and not verdict.why.startswith(_GRAMMATICAL)):
                continue
            if verdict.why.startswith("need") and clause.cues.get("vague"):
                continue
            if (factor.entry.key, verdict.direction) in seen:
                continue
            seen.add((factor.entry.key, verdict.direction))
            yield _row(passage, sentence, factor, _level(factor, levels), verdict)


def _row(
    passage: Passage, sentence: Sentence, factor: Match, level: str | None, verdict: Verdict
) -> tuple[object, ...]:
    start, end = passage.span(factor)
    return (
        factor.entry.key,
        level,
        verdict.direction,
        passage.text[sentence.start : sentence.end],
        sentence.start,
        sentence.end,
        passage.text[start:end],
        start,
        end,
        verdict.is_recommendation,
        verdict.why,
    )


def _level(factor: Match, levels: Sequence[Match]) -> str | None:
    """Return the level of the phrase itself, else of the nearest actor in the sentence."""
    if not levels:
        return None
    nearest = min(levels, key=lambda level: (_words_between(factor, level), level.first))
    return nearest.entry.key


def _words_between(left: Match, right: Match) -> int:
    return max(right.first - left.last, left.first - right.last, -1) + 1
