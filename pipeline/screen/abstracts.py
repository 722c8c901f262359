"""Set the labels of a structured abstract apart from its text, losing no character.

Databases run "BACKGROUND: … METHODS: …" together into one paragraph. A label is one of the words
that journals use for it, or a short run of capitals, at the start or after the end of a sentence,
and always with its colon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["AbstractSection", "split_abstract"]

_KNOWN: Final = (
    "aims?|abstract|approach|background(?: and (?:aims?|objectives?|purpose))?|case presentation"
    "|clinical relevance|conclusions?|context|data (?:collection|analysis|extraction|sources?"
    "|synthesis)|design(?:/methods?)?|discussion|eligibility criteria|evidence|findings|funding"
    "|hypothesis|implications|importance|interpretation|interventions?|introduction"
    "|keywords|limitations|main outcome measures?|main results|materials? and methods"
    "|measure(?:ment)?s?|methodology|methods?(?: and (?:analysis|findings|materials|results))?"
    "|objectives?|outcomes?|participants|patients(?: and methods)?|principal findings|purpose"
    "|rationale|recommendations|registration|research question|results?(?: and discussion)?"
    "|review methods|sample|search (?:methods|strategy)|selection criteria|settings?"
    "|setting and participants|significance|statement of the problem|study (?:design|selection)"
    "|subjects|summary|trial registration|unlabelled"
)
_CAPITALS: Final = r"[A-Z][A-Z/&,'’() -]{2,48}[A-Z)]"
_LABEL: Final = re.compile(
    rf"(?:(?<=\A)|(?<=[.!?;)\]]\s)|(?<=\n))(?P<label>(?:(?i:{_KNOWN})|{_CAPITALS})\s?:)(?=\s|\Z)"
)


@dataclass(frozen=True, slots=True)
class AbstractSection:
    """A part of an abstract: its label with the colon (empty where it has none) and its text."""

    label: str
    text: str


def split_abstract(abstract: str) -> tuple[AbstractSection, ...]:
    """Return the sections of an abstract; labels and texts joined are the abstract.

    Examples
    --------
    >>> for section in split_abstract("BACKGROUND: Naps help. METHODS: We napped."):
    ...     print(repr(section.label), repr(section.text))
    'BACKGROUND:' ' Naps help. '
    'METHODS:' ' We napped.'
    >>> split_abstract("We napped: it helped.")
    (AbstractSection(label='', text='We napped: it helped.'),)
    """
    found = list(_LABEL.finditer(abstract))
    starts = [one.start() for one in found]
    head = abstract[: starts[0]] if starts else abstract
    sections = [AbstractSection("", head)] if head else []
    for one, end in zip(found, [*starts, len(abstract)][1:], strict=True):
        sections.append(AbstractSection(one["label"], abstract[one.end() : end]))
    return tuple(sections)
