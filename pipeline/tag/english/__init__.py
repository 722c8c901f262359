"""What the tagger knows of English: polarity, the parts of an abstract, the kinds of documents.

Word lists are data, in the YAML files beside this module; another language is another folder.
They are our own and follow no single source.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TypeVar

from pydantic import BaseModel

from pipeline.tag.phrases import Part, PhraseList, PolarityRules
from pipeline.tag.yaml_lines import read_model

__all__ = ["Evidence", "KindPhrases", "KindRules", "PartRules", "kinds", "parts", "polarity"]

ModelT = TypeVar("ModelT", bound=BaseModel)


class PartPhrases(Part):
    """Phrases for each part of an abstract; only findings are tagged."""

    background: PhraseList = ()
    aim: PhraseList = ()
    methods: PhraseList = ()
    findings: PhraseList = ()
    other: PhraseList = ()


class PartRules(Part):
    """How the parts of an abstract are labelled, and how they are worded without labels."""

    labels: PartPhrases
    wording: PartPhrases


class Evidence(Part):
    """Phrases that speak for a kind of document, by weight."""

    strong: PhraseList = ()
    fair: PhraseList = ()


class KindPhrases(Part):
    """Phrases for each kind of document."""

    primary: Evidence = Evidence()
    review: Evidence = Evidence()
    protocol: Evidence = Evidence()
    report: Evidence = Evidence()
    news: Evidence = Evidence()


class KindRules(Part):
    """What the title and the text say about the kind of a document."""

    title: KindPhrases
    text: KindPhrases


@cache
def polarity() -> PolarityRules:
    """Return the rules of polarity, which a codebook uses unless it brings its own.

    Examples
    --------
    >>> "lack of" in polarity().absence
    True
    """
    return _read("polarity.yaml", PolarityRules)


@cache
def parts() -> PartRules:
    """Return how the parts of an abstract are known.

    Examples
    --------
    >>> "methods" in parts().labels.methods
    True
    """
    return _read("parts.yaml", PartRules)


@cache
def kinds() -> KindRules:
    """Return how the kinds of documents are known.

    Examples
    --------
    >>> "scoping review" in kinds().title.review.strong
    True
    """
    return _read("kinds.yaml", KindRules)


def _read(file: str, model: type[ModelT]) -> ModelT:
    text = resources.files(__name__).joinpath(file).read_text("utf-8")
    return read_model(text, model, name=file)
