"""What the example's publications are about: one line a theme, and all that follows from it.

A theme names its grammar (``views.title``, ``views.results`` …), where such studies are published
and how often they occur, by scene. Scenes are worlds: the same theme set among people with heart
failure is a near-miss.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.example.publication import Kind

__all__ = ["SCENES", "THEMES", "Scene", "Theme"]


@dataclass(frozen=True, slots=True)
class Scene:
    """A world: lists of its technologies and of its services, people and conditions."""

    name: str
    tools: str
    people: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A kind of study."""

    name: str
    shelves: tuple[str, ...]  # topics of the journals that publish it
    keywords: str = "other"
    methods: str | None = None  # the symbol of further sentences on methods
    kind: Kind = "article"
    has_background: bool = True  # begins with what is commonly said about mental health care
    share_without_abstract: float = 0.05
    eligible: float = 0.0  # weight among what passes title and abstract
    excluded: Mapping[str, float] = field(default_factory=dict)  # weights by scene among the rest


_QUALITATIVE, _SURVEY, _TRIAL = "more.methods.qual", "more.methods.survey", "more.methods.trial"
_CARE: Final = ("mind", "health")

SCENES: Final[Registry[Scene]] = Registry(
    "scene",
    [
        Scene("mental", "scenes/mental.tools", "scenes/mental.people"),
        Scene("physical", "scenes/physical.tools", "scenes/physical.people"),
        Scene("service", "scenes/service.tools", "scenes/mental.people"),  # without technology
        Scene("public", "scenes/mental.tools", "scenes/public.people"),  # outside services
    ],
)

THEMES: Final[Registry[Theme]] = Registry(
    "theme",
    [
        # what the review looks for; in other scenes, the same sentences mean something else
        Theme("views", _CARE, "eligible", _QUALITATIVE, eligible=34,
              excluded={"physical": 6.0, "service": 4.0, "public": 1.5}),
        Theme("survey", _CARE, "eligible", _SURVEY, eligible=22,
              excluded={"physical": 3.5, "service": 1.5, "public": 1.0}),
        Theme("rollout", _CARE, "eligible", _QUALITATIVE, eligible=22,
              excluded={"physical": 3.5, "service": 2.5, "public": 0.7}),
        Theme("odd", _CARE, "eligible", eligible=8,
              excluded={"physical": 0.7, "service": 0.7}),
        Theme("feasibility", _CARE, "eligible", _QUALITATIVE, eligible=14,
              excluded={"physical": 2.0, "public": 1.5}),
        # the right field and the wrong kind of study
        Theme("barrier.review", _CARE, "eligible", kind="review",
              excluded={"mental": 1.5, "physical": 1.0}),
        Theme("nobarriers", _CARE, "digital", _TRIAL, excluded={"mental": 4.0}),
        Theme("trial", ("mind",), "digital", _TRIAL, excluded={"mental": 12.0, "physical": 1.5}),
        Theme("protocol", _CARE, "digital", excluded={"mental": 4.5}),
        Theme("synthesis", _CARE, "digital", kind="review", excluded={"mental": 5.0}),
        Theme("usability", ("general", "health"), "digital", excluded={"mental": 5.0}),
        Theme("usage", _CARE, "digital", excluded={"mental": 3.0}),
        Theme("elearning", _CARE, "digital", excluded={"mental": 2.0}),
        Theme("cost", _CARE, "digital", _TRIAL, excluded={"mental": 2.0}),
        Theme("opinion", _CARE, "digital", kind="editorial", has_background=False,
              share_without_abstract=0.5, excluded={"mental": 2.5}),
        # other fields
        Theme("physical", ("health", "body"), has_background=False, excluded={"mental": 3.0}),
        Theme("school", ("general", "mind"), has_background=False, excluded={"mental": 3.0}),
        Theme("service", _CARE, excluded={"mental": 3.0}),
        Theme("records", ("health",), methods=_SURVEY, has_background=False,
              excluded={"mental": 4.0}),
        Theme("prediction", ("general", "health"), excluded={"mental": 6.0}),
        Theme("drug", ("lab", "mind"), methods=_TRIAL, excluded={"mental": 3.5}),
        Theme("survey.epi", ("general", "mind"), methods=_SURVEY, excluded={"mental": 6.0}),
        Theme("screens", ("general", "mind"), methods=_SURVEY, has_background=False,
              excluded={"mental": 3.5}),
        Theme("scale", ("general", "mind"), has_background=False, excluded={"mental": 3.5}),
        Theme("brain", ("lab", "mind"), has_background=False, excluded={"mental": 2.5}),
        Theme("genes", ("lab", "mind"), has_background=False, excluded={"mental": 1.5}),
        Theme("therapy", ("mind",), methods=_TRIAL, excluded={"mental": 3.5}),
    ],
)  # fmt: skip
