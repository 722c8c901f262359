"""Reads a YAML document into a pydantic model, and says on which line a mistake stands.

PyYAML keeps the line of every node and pydantic keeps the path of every mistake; joining the two
gives messages that a reviewer can act on. Scalars are read as text: ``no`` stays a word and
``1.10`` stays a version; the model decides what becomes a truth value or a number. Anchors, tags
and repeated keys are refused, since a codebook needs none of them and each can hide a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.errors import CodebookError, nearest_name

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["MisplacedError", "Path", "read_model"]

Path: TypeAlias = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)

_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml where it is built in
_DEEPEST: Final = 20  # levels of nesting; a codebook has six


class MisplacedError(ValueError):
    """A mistake that a validator found further inside than where it looked from."""

    def __init__(self, what: str, path: Path) -> None:
        super().__init__(what, path)
        self.what, self.path = what, path

    def __str__(self) -> str:
        return self.what


def read_model(text: str, model: type[ModelT], *, name: str) -> ModelT:
    """Read a YAML text as ``model``.

    Parameters
    ----------
    text
        The YAML document.
    model
        What it should describe.
    name
        What messages call it: a file name, as a rule.

    Raises
    ------
    CodebookError
        At the first mistake, with its line.

    Examples
    --------
    >>> class Colour(BaseModel, extra="forbid"):
    ...     label: str
    >>> read_model("label: no", Colour, name="colour.yaml")
    Colour(label='no')
    >>> read_model("labl: red", Colour, name="colour.yaml")
    Traceback (most recent call last):
    ...
    pipeline.errors.CodebookError: colour.yaml, line 1: 'labl' is not a key here; did you mean ...
    """
    document = _Document(name=name, lines={})
    content = document.read(text)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
        raise document.explain(details[0], model, content) from None


@dataclass(frozen=True, slots=True)
class _Document:
    """One YAML text, and the line on which each of its nodes stands."""

    name: str
    lines: dict[Path, int]

    def read(self, text: str) -> object:
        try:
            self._refuse_aliases(text)
            root = yaml.compose(text, Loader=_LOADER)
        except yaml.YAMLError as error:
            raise self._error(*_place_of(error), "mend the YAML there") from None
        if not isinstance(root, yaml.MappingNode):
            raise self._error(1, "holds no keys", "start with 'id: my-codebook'")
        return self._content(root, ())

    def _refuse_aliases(self, text: str) -> None:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise self._error(line, "uses an anchor or alias", "write the value out")

    def _content(self, node: yaml.Node, path: Path) -> object:
        self.lines[path] = node.start_mark.line + 1
        if len(path) > _DEEPEST:
            raise self._error(self.lines[path], "is nested too deeply", "use the documented keys")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._content(child, (*path, at)) for at, child in enumerate(node.value)]
        return str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        content: dict[str, object] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in content:
                raise self._error(line, f"has the key {key!r} twice", "keep one of them")
            content[key] = self._content(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return content

    def explain(
        self, detail: ErrorDetails, model: type[BaseModel], content: object
    ) -> CodebookError:
        path = detail["loc"]
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, MisplacedError):
            return self._error(self._line_of((*path, *cause.path)), cause.what, "mend it there")
        line = self._line_of(path)
        if detail["type"] == "extra_forbidden":
            return self._unknown_key(line, path, model)
        if detail["type"] == "missing":
            return self._missing_key(line, path, content)
        place = ".".join(str(step) for step in path) or "the codebook"
        what = detail["msg"].removeprefix("Value error, ")
        return self._error(line, f"{place}: {what}", "mend the value")

    def _unknown_key(self, line: int, path: Path, model: type[BaseModel]) -> CodebookError:
        known = _keys_at(model, path[:-1])
        key = str(path[-1])
        nearest = nearest_name(key, known)
        remedy = f"did you mean {nearest!r}?" if nearest else f"known: {', '.join(known)}"
        return self._error(line, f"{key!r} is not a key here", remedy)

    def _missing_key(self, line: int, path: Path, content: object) -> CodebookError:
        present = _keys_of(content, path[:-1])
        nearest = nearest_name(str(path[-1]), present)
        hint = f" (or rename {nearest!r})" if nearest else ""
        return self._error(line, f"the key {path[-1]!r} is missing", f"add it{hint}")

    def _line_of(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def _error(self, line: int, what: str, remedy: str) -> CodebookError:
        return CodebookError(f"{self.name}, line {line}", what, remedy)


def _place_of(error: yaml.YAMLError) -> tuple[int, str]:
    """Return the line of a mistake in the YAML itself, and what PyYAML says of it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return (mark.line + 1 if mark else 1), getattr(error, "problem", None) or "is not YAML"


def _keys_at(model: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Return the keys that ``model`` allows at ``path``."""
    here: type[BaseModel] = model
    for step in path:
        if isinstance(step, str) and step in here.model_fields:
            here = _model_in(here.model_fields[step].annotation) or here
    return tuple(here.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 (a type expression)
    """Return the model that an annotation such as ``tuple[Level, ...]`` speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in found if model is not None), None)


def _keys_of(content: object, path: Path) -> tuple[str, ...]:
    for step in path:
        if isinstance(content, dict):
            content = content.get(step)
        elif isinstance(content, list) and isinstance(step, int):
            content = content[step]
    return tuple(content) if isinstance(content, dict) else ()
