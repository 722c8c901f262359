"""What a review declares in its ``review.toml``, as one frozen model.

The file is read once, at the edge. Every error names the file, the line and, for a name that is not
known, the nearest one that is. Names of models, blocking rules and codebooks are checked against
their registries here, so that a slip is found before any work is done.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.dedupe import BLOCKING_RULES, RelationPolicies
from pipeline.errors import ConfigError, UnknownNameError, nearest_name
from pipeline.events import canonical_json, sha256_of
from pipeline.screen import DEFAULT_MODEL, MODELS
from pipeline.screen.stopping import STOPPING_RULES, StoppingSettings
from pipeline.sources import SOURCES
from pipeline.tag import CODEBOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

    from pipeline.registry import Registry

__all__ = ["READER", "Criteria", "ExclusionReason", "ReviewConfig", "read_config"]

READER: Final = "reviewer"  # the role of those who are assigned citations to read
_HEADER: Final = re.compile(r"\s*\[(?P<many>\[)?(?P<name>[^\[\]]+)\]")
_KEY: Final = re.compile(r"\s*(?P<name>[\w.\"'-]+)\s*=")
_KEY_PART: Final = re.compile(r"[\w-]+")
_SYNTAX_ERROR: Final = re.compile(r"^(?P<what>.*) \(at line (?P<line>\d+), column \d+\)$")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Protocol(_Section):
    """``[review]``: what the review is about."""

    title: str = Field(min_length=1)
    question: str = ""
    key_papers: tuple[str, ...] = ()  # DOIs or titles that the searches must find


class ExclusionReason(_Section):
    """One reason for exclusion; their order is the order in which one reason is counted."""

    id: str = Field(min_length=1)
    text: str = ""


class Criteria(_Section):
    """``[criteria]``: the eligibility criteria in force."""

    version: str = "1"
    inclusion: tuple[str, ...] = ()
    exclusion: tuple[ExclusionReason, ...] = ()
    # of the version, against the one before: what has to be decided again
    change: Literal["changed", "narrowed", "wording"] = "changed"
    reopens: tuple[str, ...] = ()  # reasons that a changed inclusion criterion concerns
    amendment: str = ""  # why, once the criteria were locked after a pilot

    @property
    def text(self) -> str:
        """The criteria in canonical form: what a version of them stands for."""
        kept = {"version", "inclusion", "exclusion"}
        return canonical_json(self.model_dump(mode="json", include=kept))


class DateWindow(_Section):
    """``[dates]``: applied after deduplication; a record without a year always stays."""

    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> DateWindow:
        if self.from_ and self.to and self.from_ > self.to:
            message = "the window ends before it begins"
            raise ValueError(message)
        return self


class PlannedSource(_Section):
    """``[[sources]]``: a source that the protocol plans to search."""

    database: str
    platform: str | None = None
    fetch: str | None = None  # a source that answers a machine: pubmed, openalex
    strategy: str | None = None  # a file in the review's folder, as it is run there

    @model_validator(mode="after")
    def _complete(self) -> PlannedSource:
        if self.fetch and not self.strategy:
            message = "a source to fetch needs a strategy: the name of a file in this folder"
            raise ValueError(message)
        return self


class Reviewer(_Section):
    """``[[reviewers]]``: a pseudonym for the ledger, and a name that stays in this file.

    Whoever has another role than ``reviewer`` may decide and resolve, but is assigned nothing.
    """

    id: str = Field(pattern=r"^[\w.@-]+$")
    name: str = ""
    role: str = READER


class Keywords(_Section):
    """``[keywords]``: words to highlight while screening."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Deduplication(_Section):
    """``[dedupe]``: which blocking rules, and where the probabilities are cut."""

    blocking: tuple[str, ...] | None = None  # None: all of them
    same_above: float | None = Field(default=None, gt=0, le=1)
    unsure_above: float | None = Field(default=None, gt=0, le=1)
    policies: RelationPolicies = RelationPolicies()

    @property
    def arguments(self) -> dict[str, Any]:
        """What the stage is called with: whatever is not its own default."""
        own = self.model_dump(exclude_none=True, exclude={"policies"})
        return own | {"merged_relations": self.policies.named("merge")}


class Screening(_Section):
    """``[screening]``: the ranking, and how many reviewers it takes to exclude."""

    model: str = DEFAULT_MODEL
    seed: int = 0
    n_excludes: int = Field(default=1, ge=1, le=5)
    mode: Literal["single", "shared", "independent"] = "single"
    overlap: float = Field(default=0.1, ge=0, le=1)  # shared: the share that two people read
    split: bool = True  # shared: to each a part; else whoever comes first
    batch_size: int = Field(default=100, ge=1)  # independent: so many are frozen for all
    maybe_counts_as: Literal["include", "exclude", "leave-out"] = "include"  # in agreement

    @model_validator(mode="before")
    @classmethod
    def _two_must_agree(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("mode") == "independent":
            return {"n_excludes": 2, **given}
        return given

    @model_validator(mode="after")
    def _independent_readers(self) -> Screening:
        if self.mode == "independent" and self.n_excludes < 2:  # noqa: PLR2004 - two readers
            message = 'mode = "independent" needs n_excludes = 2 or more'
            raise ValueError(message)
        return self

    stopping: str | tuple[str, ...] = "poisson"  # proposes; several: all of them


class Tagging(_Section):
    """``[tagging]``: the codebook, and how many people code each text blind to one another."""

    codebook: str = "berardi-2024"
    n_coders: int = Field(default=1, ge=1, le=2)


class Store(_Section):
    """``[store]``: where the ledger lives; empty for ``ledger.sqlite`` in the review folder."""

    url: str = ""
    busy_timeout_seconds: float = Field(default=30.0, gt=0, le=3600)


class ReviewConfig(_Section):
    r"""Everything that ``review.toml`` declares.

    >>> config = read_config('[review]\ntitle = "Sleep apps"\n', where="review.toml")
    >>> config.review.title, config.screening.n_excludes
    ('Sleep apps', 1)
    """

    review: Protocol
    criteria: Criteria = Criteria()
    dates: DateWindow = DateWindow()
    languages: tuple[str, ...] = ()  # ISO 639-1; empty: every language; a missing one stays
    sources: tuple[PlannedSource, ...] = ()
    reviewers: tuple[Reviewer, ...] = ()
    keywords: Keywords = Keywords()
    columns: dict[str, str] = Field(default_factory=dict)  # of tables that no dialect knows
    dedupe: Deduplication = Deduplication()
    screening: Screening = Screening()
    stopping: StoppingSettings = StoppingSettings()
    tagging: Tagging = Tagging()
    store: Store = Store()

    def fingerprint(self) -> str:
        """Return a hash of everything that can change a result."""
        return sha256_of(canonical_json(self.model_dump(mode="json", exclude={"store"})))


def read_config(text: str, *, where: str) -> ReviewConfig:
    r"""Read ``review.toml``.

    Parameters
    ----------
    text
        Its content.
    where
        The file's name, for messages.

    Raises
    ------
    ConfigError
        The text is not TOML, or a setting is unknown, missing or out of range.

    >>> read_config('[review]\ntitel = "Sleep apps"\n', where="review.toml")
    Traceback (most recent call last):
    ...
    pipeline.errors.ConfigError: review.toml, line 2: [review] titel is not a setting; did you
    mean 'title'?
    """
    try:
        config = ReviewConfig.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), where) from error
    except ValidationError as error:
        raise _setting_error(_first(error), text, where) from error
    _check_names(config, text, where)
    _check_team(config, text, where)
    return config


def _first(error: ValidationError) -> ErrorDetails:
    """Pick the error to report: a misspelt key explains a missing one, so it goes first."""
    details = error.errors()
    return next((one for one in details if one["type"] == "extra_forbidden"), details[0])


def _syntax_error(message: str, where: str) -> ConfigError:
    found = _SYNTAX_ERROR.match(message)
    if found is None:  # "(at end of document)"
        return ConfigError(where, message, "mend the TOML there")
    return ConfigError(f"{where}, line {found['line']}", found["what"], "mend the TOML there")


def _setting_error(error: ErrorDetails, text: str, where: str) -> ConfigError:
    path = error["loc"]
    place = f"{where}, line {_line_of(text, path)}"
    name = _spoken(path)
    if error["type"] == "extra_forbidden":
        known = _settings_at(path[:-1])
        nearest = nearest_name(str(path[-1]), known)
        remedy = f"did you mean {nearest!r}?" if nearest else f"known here: {', '.join(known)}"
        return ConfigError(place, f"{name} is not a setting", remedy)
    if error["type"] == "missing":
        return ConfigError(place, f"{name} is missing", "add it")
    what = error["msg"].removeprefix("Value error, ")
    return ConfigError(place, f"{name}: {what[:1].lower()}{what[1:]}", "correct it")


def _check_names(config: ReviewConfig, text: str, where: str) -> None:
    blocking: Sequence[str] = config.dedupe.blocking or ()
    named = config.screening.stopping
    proposing = (named,) if isinstance(named, str) else named
    checks: list[tuple[Registry[Any], str, tuple[str, ...]]] = [
        (MODELS, config.screening.model, ("screening", "model")),
        *((BLOCKING_RULES, name, ("dedupe", "blocking")) for name in blocking),
        *((SOURCES, one.fetch, ("sources", "fetch")) for one in config.sources if one.fetch),
        *((STOPPING_RULES, name, ("screening", "stopping")) for name in proposing),
    ]
    if not config.tagging.codebook.endswith((".yaml", ".yml")):  # else: the review's own file
        checks.append((CODEBOOKS, config.tagging.codebook, ("tagging", "codebook")))
    for registry, name, path in checks:
        try:
            registry[name]
        except UnknownNameError as error:
            place = f"{where}, line {_line_of(text, path)}"
            raise ConfigError(place, f"{error.where} is not known", error.remedy) from error


def _check_team(config: ReviewConfig, text: str, where: str) -> None:
    """Refuse to share the reading among fewer people than it takes."""
    mode = config.screening.mode
    n_needed = {"single": 0, "shared": 2, "independent": config.screening.n_excludes}[mode]
    n_readers = sum(one.role == READER for one in config.reviewers)
    if n_readers < n_needed:
        place = f"{where}, line {_line_of(text, ('screening', 'mode'))}"
        what = f"[screening] mode {mode!r} takes {n_needed} reviewers, there are {n_readers}"
        raise ConfigError(place, what, "list them under [[reviewers]]")


def _spoken(path: Sequence[int | str]) -> str:
    """Name a setting as the file writes it: ``[review] title``."""
    names = [str(part).removesuffix("_") for part in path if isinstance(part, str)]
    return f"[{'.'.join(names[:-1])}] {names[-1]}" if len(names) > 1 else f"[{names[0]}]"


def _settings_at(path: Sequence[int | str]) -> list[str]:
    """List the settings that may stand at a place in the file."""
    model: type[BaseModel] = ReviewConfig
    for part in path:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            inner = (annotation, *getattr(annotation, "__args__", ()))
            model = next(x for x in inner if isinstance(x, type) and issubclass(x, BaseModel))
    return [field.alias or name for name, field in model.model_fields.items()]


def _line_of(text: str, path: Sequence[int | str]) -> int:
    """Find the line of a setting, or else of the table that holds it, or else 1."""
    lines = _lines_by_path(text)
    prefixes = (tuple(path[:length]) for length in range(len(path), 0, -1))
    return next((lines[prefix] for prefix in prefixes if prefix in lines), 1)


def _lines_by_path(text: str) -> dict[tuple[int | str, ...], int]:
    """Say where each table and key stands: TOML libraries for Python keep no positions."""
    lines: dict[tuple[int | str, ...], int] = {}
    table: tuple[int | str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = tuple(_KEY_PART.findall(header["name"]))
            lines.setdefault(table, number)
            if header["many"]:
                index = sum(path[:-1] == table and isinstance(path[-1], int) for path in lines)
                table = (*table, index)
                lines[table] = number
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_KEY_PART.findall(key["name"])), number)
    return lines
