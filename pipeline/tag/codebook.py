"""A codebook says what to look for: domains, levels, polarity, and the phrases that betray them.

Codebooks are data. A reviewer writes one in YAML exactly as the packaged ones are written; every
mistake is reported with its line. The idea of domain, level and polarity follows Berardi et al.
2024 (doi 10.1186/s12913-023-10536-1); the file format is our own.

How phrases are written is said in :mod:`pipeline.tag.phrases`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pipeline.errors import nearest_name
from pipeline.tag import english
from pipeline.tag.phrases import Part, PhraseList, PolarityRules
from pipeline.tag.yaml_lines import MisplacedError, Path, read_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["DOES_NOT_FIT", "Code", "Codebook", "Domain", "FactorPhrases", "Level", "Source",
           "read_codebook"]  # fmt: skip

DOES_NOT_FIT: Final = "does-not-fit"  # the code that every codebook has, for what it cannot hold
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _check_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(f"{value!r} is not an id (letters, digits, '.', '_', '-')")
    return value


Id = Annotated[str, AfterValidator(_check_id)]


class Source(Part):
    """Where the framework comes from, and under which terms it may be passed on."""

    citation: str
    doi: str | None = None
    licence: str


class FactorPhrases(Part):
    """Phrases that name a factor, by the direction they carry on their own."""

    neutral: PhraseList = ()
    barrier: PhraseList = ()
    facilitator: PhraseList = ()
    rival: PhraseList = ()  # what the technology would replace: preferring it hinders


class Code(Part):
    """A theme inside a domain; inductive codes hang below a parent and carry a memo."""

    id: Id
    label: str
    definition: str = ""
    parent: Id | None = None
    memo: str = ""


class Domain(Part):
    """One kind of factor: what belongs to it, what does not, and the phrases that name it."""

    id: Id
    label: str
    definition: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    phrases: FactorPhrases = FactorPhrases()
    weak: FactorPhrases = FactorPhrases()  # counted only in a clause that names nothing else
    codes: tuple[Code, ...] = ()


class Level(Part):
    """Where a factor sits: the phrases that name the place, or the actors who stand there."""

    id: Id
    label: str
    definition: str
    phrases: PhraseList = ()


class Codebook(Part):
    """A framework to tag by, as data.

    Examples
    --------
    >>> codebook = read_codebook(EXAMPLE, name="weather.yaml")
    >>> codebook.id, codebook.version, [domain.id for domain in codebook.domains]
    ('weather', '1.0', ['RAIN'])
    """

    id: Id
    version: str
    label: str
    draft: bool = False
    note: str = ""
    source: Source
    unit: Literal["sentence"] = "sentence"
    domains: tuple[Domain, ...] = Field(min_length=1)
    unplaced: tuple[Code, ...] = ()  # inductive codes that hang below no domain yet
    levels: tuple[Level, ...] = ()
    polarity: PolarityRules = Field(default_factory=english.polarity)

    @property
    def name(self) -> str:
        """The name by which ``review.toml`` chooses it."""
        return self.id

    @property
    def is_draft(self) -> bool:
        """Whether a person has yet to check it against its source."""
        return self.draft

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        _refuse_repeats("domain", {("domains", at): d.id for at, d in enumerate(self.domains)})
        _refuse_repeats("level", {("levels", at): v.id for at, v in enumerate(self.levels)})
        codes: dict[Path, Code] = {
            ("domains", at, "codes", place): code
            for at, domain in enumerate(self.domains)
            for place, code in enumerate(domain.codes)
        }
        codes |= {("unplaced", place): code for place, code in enumerate(self.unplaced)}
        _refuse_repeats("code", {path: code.id for path, code in codes.items()})
        known = sorted({code.id for code in codes.values()} | {d.id for d in self.domains})
        for path, code in codes.items():
            if code.id == DOES_NOT_FIT:
                raise MisplacedError(f"the code {DOES_NOT_FIT!r} is always there; remove it", path)
            if code.parent is not None and code.parent not in known:
                raise MisplacedError(_no_parent(code.parent, known), (*path, "parent"))
        return self


def _refuse_repeats(kind: str, ids: Mapping[Path, str]) -> None:
    seen: set[str] = set()
    for path, known in ids.items():
        if known in seen:
            raise MisplacedError(f"the {kind} {known!r} is listed twice", path)
        seen.add(known)


def _no_parent(parent: str, known: Sequence[str]) -> str:
    nearest = nearest_name(parent, known)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    return f"there is no parent {parent!r}{hint}"


def read_codebook(text: str, *, name: str) -> Codebook:
    """Read a codebook from YAML.

    Parameters
    ----------
    text
        The YAML document.
    name
        What messages call it: a file name, as a rule.

    Raises
    ------
    CodebookError
        At the first mistake, with its line and the nearest key that would have been right.

    Examples
    --------
    >>> read_codebook(EXAMPLE.replace("label: Rain", "lable: Rain"), name="weather.yaml")
    Traceback (most recent call last):
    ...
    pipeline.errors.CodebookError: weather.yaml, line 7: 'lable' is not a key here; did you mean ...
    """
    return read_model(text, Codebook, name=name)


EXAMPLE: Final = """\
id: weather
version: 1.0
label: What the weather does to a picnic
source: {citation: invented, licence: CC0-1.0}
domains:
  - id: RAIN
    label: Rain
    definition: Water from above.
    phrases: {neutral: [rain*, drizzle]}
levels:
  - {id: sky, label: Sky, definition: Above., phrases: [cloud*]}
"""
