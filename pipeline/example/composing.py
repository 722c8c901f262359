"""Write a publication from its plan: the same plan and seed always give the same publication."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final

from pipeline.example.journals import journals
from pipeline.example.people import invent_authors
from pipeline.example.publication import Publication, Section
from pipeline.example.wording import grammar, read_list
from pipeline.example.writer import Writer

if TYPE_CHECKING:
    from pipeline.example.journals import Journal
    from pipeline.example.plan import Plan
    from pipeline.example.publication import Kind

__all__ = ["compose"]

_FIRST_YEAR: Final = 2010
_LAST_YEAR: Final = 2022
_YEARS: Final = tuple(range(_FIRST_YEAR, _LAST_YEAR + 1))
_YEAR_WEIGHTS: Final = (2, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 17, 15)
_SHARE_OUTSIDE: Final = 0.03  # of ordinary publications: outside the review's window
_OUTSIDE_YEARS: Final = (2007, 2008, 2009, 2023)
_SHARE_NEXT_YEAR: Final = 0.1  # online in one year, in print in the next
_SHARE_TAIL: Final = 0.75  # titles with a project's name or the like
_SHARE_TAIL_ELIGIBLE: Final = 0.3  # of studies that a reviewer would keep: their titles vary more
_SHARE_WITHOUT_ABSTRACT: Final = 0.05
_SHARE_STRUCTURED: Final = 0.55
_SHARE_WITHOUT_DOI: Final = 0.1
_SHARE_SHORT_TITLES: Final = 0.5  # of meeting abstracts: without the subtitle
_SHARE_FOREIGN: Final = 0.08  # where translated.txt has titles for the topic
_SCENERY: Final = ("tool", "toolname", "setting", "patients", "condition", "staff")
_SCENES: Final = {
    "mental": ("scenes/mental.tools", "scenes/mental.people"),
    "physical": ("scenes/physical.tools", "scenes/physical.people"),
    "service": ("scenes/service.tools", "scenes/mental.people"),
    "public": ("scenes/mental.tools", "scenes/public.people"),
}
_LABELS: Final = (
    ("Background", "Methods", "Results", "Conclusions"),
    ("Objective", "Methods", "Results", "Conclusion"),
    ("Introduction", "Method", "Findings", "Discussion"),
    ("Purpose", "Design", "Results", "Implications"),
)
_TOPICS: Final = {
    "views": ("mind", "health"),
    "survey": ("mind", "health"),
    "rollout": ("mind", "health"),
    "odd": ("mind", "health"),
    "feasibility": ("mind", "health"),
    "barrier.review": ("mind", "health"),
    "nobarriers": ("mind", "health"),
    "trial": ("mind",),
    "protocol": ("mind", "health"),
    "service": ("mind", "health"),
    "synthesis": ("mind", "health"),
    "opinion": ("mind", "health"),
    "therapy": ("mind",),
    "cost": ("mind", "health"),
    "usage": ("mind", "health"),
    "elearning": ("mind", "health"),
    "brain": ("lab", "mind"),
    "genes": ("lab", "mind"),
    "drug": ("lab", "mind"),
    "scale": ("general", "mind"),
    "screens": ("general", "mind"),
    "survey.epi": ("general", "mind"),
    "school": ("general", "mind"),
    "physical": ("health", "body"),
    "records": ("health",),
}
_ELSEWHERE: Final = {
    "physical",
    "records",
    "screens",
    "scale",
    "brain",
    "genes",
    "opinion",
    "school",
}
_ELIGIBLE: Final = {"views", "survey", "rollout", "odd", "feasibility", "barrier.review"}
_NEAR: Final = {
    "trial",
    "protocol",
    "synthesis",
    "usability",
    "cost",
    "opinion",
    "usage",
    "elearning",
    "nobarriers",
}
_METHODS: Final = {
    "views": "more.methods.qual",
    "feasibility": "more.methods.qual",
    "nobarriers": "more.methods.trial",
    "rollout": "more.methods.qual",
    "survey": "more.methods.survey",
    "survey.epi": "more.methods.survey",
    "records": "more.methods.survey",
    "screens": "more.methods.survey",
    "trial": "more.methods.trial",
    "drug": "more.methods.trial",
    "therapy": "more.methods.trial",
    "cost": "more.methods.trial",
}
_KINDS: Final[dict[str, Kind]] = {
    "synthesis": "review",
    "barrier.review": "review",
    "opinion": "editorial",
}
_LANGUAGES: Final = ("de", "es", "fr", "pt")  # in the order of translated.txt
_PART_ONE: Final = ". Part I: baseline"
_PART_TWO: Final = ". Part II: follow-up"


def compose(plan: Plan, seed: int) -> Publication:
    """Return the publication that a plan describes.

    >>> from pipeline.example.plan import Plan
    >>> compose(Plan(7, "views", 7), 1) == compose(Plan(7, "views", 7), 1)
    True
    """
    if plan.relative is not None:
        return _related(plan, compose(plan.relative, seed), seed)
    # not for secrets: a generator of its own makes each publication independent of all others
    rng = Random(f"{seed}/publication/{plan.number}")  # noqa: S311
    writer = _writer(plan, rng)
    title, original_title, language = _titles(plan, writer, rng)
    journal = rng.choice([j for topic in _topics(plan) for j in journals(topic)])
    online, printed = _years(plan, rng)
    first_page = rng.randrange(1, 1900)
    return Publication(
        title=title + (_PART_ONE if plan.kinship == "part-one" else ""),
        original_title=original_title,
        language=language,
        sections=_sections(plan, writer, rng),
        authors=invent_authors(rng),
        journal=journal,
        kind=_KINDS.get(plan.theme, "article"),
        online_year=online,
        print_year=printed,
        month=rng.randrange(1, 13),
        day=rng.randrange(1, 29),
        volume=max(1, printed - journal.first_year),
        issue=rng.randrange(1, 13),
        first_page=first_page,
        last_page=first_page + rng.randrange(3, 19),
        doi=_doi(journal, online, plan.number, rng),
        keywords=_keywords(plan, writer, rng),
    )


def _writer(plan: Plan, rng: Random) -> Writer:
    """Return a writer who knows the technology, the service and the people of this study."""
    writer = Writer(grammar(), rng)
    tools, people = _SCENES[plan.scene]
    chosen = (*_cells(rng.choice(read_list(tools))), *_cells(rng.choice(read_list(people))))
    for symbol, wording in zip(_SCENERY, chosen, strict=False):  # mental health staff vary
        writer.keep(symbol, wording)
    return writer


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))


def _titles(plan: Plan, writer: Writer, rng: Random) -> tuple[str, str | None, str]:
    """Return the title, the title in its own language if that is not English, and the language."""
    if rng.random() < _SHARE_FOREIGN:
        known = [_cells(line) for line in read_list("translated.txt")]
        lines = [cells for cells in known if cells[0] == plan.theme and plan.scene == "mental"]
        if lines:
            _, english, *translations = rng.choice(lines)
            place, n = writer.write("place"), rng.randrange(len(_LANGUAGES))
            return english.format(place), translations[n].format(place), _LANGUAGES[n]
    return _title(plan, writer, rng), None, "en"


def _title(plan: Plan, writer: Writer, rng: Random) -> str:
    """Return a title; many carry a tail, without which too many studies would share one."""
    title = _sentence(writer.write(f"{plan.theme}.title"))
    if rng.random() >= (_SHARE_TAIL_ELIGIBLE if plan.is_eligible else _SHARE_TAIL):
        return title
    has_place = writer.kept("country", "?") in title
    symbol = "title.tail" if has_place else "title.tail.place"
    mark = "" if title.endswith("?") else " –" if ":" in title else ":"
    tail = writer.write(symbol)
    return f"{title}{mark} {tail if mark else _sentence(tail)}"


def _topics(plan: Plan) -> tuple[str, ...]:
    if plan.scene == "physical":
        return ("health", "body")
    return _TOPICS.get(plan.theme, ("general", "health"))


def _years(plan: Plan, rng: Random) -> tuple[int, int]:
    """Return the years online and in print; what a reviewer would keep lies in the window."""
    year = rng.choices(_YEARS, _YEAR_WEIGHTS)[0]
    if not plan.is_eligible and rng.random() < _SHARE_OUTSIDE:
        year = rng.choice(_OUTSIDE_YEARS)
    later = rng.random() < _SHARE_NEXT_YEAR
    printed = year + 1 if later and not (plan.is_eligible and year == _LAST_YEAR) else year
    return year, printed


def _sections(plan: Plan, writer: Writer, rng: Random) -> tuple[Section, ...]:
    without = 0.5 if plan.theme == "opinion" else _SHARE_WITHOUT_ABSTRACT
    if rng.random() < without:
        return ()
    parts = ("background", "methods", "results", "conclusion")
    labels = rng.choice(_LABELS) if rng.random() < _SHARE_STRUCTURED else ("",) * len(parts)
    texts = {part: writer.write(f"{plan.theme}.{part}") for part in parts}
    if plan.theme not in _ELSEWHERE:
        texts["background"] = f"{writer.write('more.background')} {texts['background']}"
    texts["results"] += f" {writer.write('more.results')}"
    texts["conclusion"] += f" {writer.write('more.conclusion')}"
    if plan.theme in _METHODS:
        texts["methods"] += "".join(f" {writer.write(_METHODS[plan.theme])}" for _ in range(2))
    return tuple(
        Section(label, _sentence(texts[part])) for label, part in zip(labels, parts, strict=True)
    )


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def _doi(journal: Journal, year: int, number: int, rng: Random) -> str | None:
    """Return a DOI under 10.5555, the prefix that is kept for examples."""
    if rng.random() < _SHARE_WITHOUT_DOI:
        return None
    return f"10.5555/{journal.key}.{year}.{number:06d}"


def _keywords(plan: Plan, writer: Writer, rng: Random) -> tuple[str, ...]:
    name = "eligible" if plan.theme in _ELIGIBLE else "digital" if plan.theme in _NEAR else "other"
    words = [writer.write(f"{name}.keyword") for _ in range(rng.randrange(2, 7))]
    return tuple(dict.fromkeys(words))


def _related(plan: Plan, original: Publication, seed: int) -> Publication:
    rng = Random(f"{seed}/publication/{plan.number}")  # noqa: S311 - as above
    changed = replace(
        original,
        month=rng.randrange(1, 13),
        first_page=original.last_page + rng.randrange(1, 40),
        last_page=original.last_page + rng.randrange(41, 52),
        doi=_doi(original.journal, original.online_year, plan.number, rng),
    )
    if plan.kinship == "erratum":
        page = changed.first_page
        return replace(
            changed,
            title=f"Correction to: {original.title}",
            sections=(),
            kind="erratum",
            last_page=page,
            original_title=None,
            language="en",
        )
    if plan.kinship == "preprint":
        return _preprint(changed)
    if plan.kinship == "conference":
        return _meeting_abstract(changed, rng)
    title = original.title.replace(_PART_ONE, _PART_TWO)
    return replace(changed, title=title, sections=_second_text(plan, seed, rng))


def _second_text(plan: Plan, seed: int, rng: Random) -> tuple[Section, ...]:
    """Write another abstract about the same technology and people."""
    first = plan.relative or plan
    writer = _writer(first, Random(f"{seed}/publication/{first.number}"))  # noqa: S311 - as above
    return _sections(plan, writer, rng)


def _meeting_abstract(changed: Publication, rng: Random) -> Publication:
    """Shorten title and text, as meetings ask."""
    title, mark, _ = changed.title.rpartition(": ")
    return replace(
        changed,
        title=title if mark and rng.random() < _SHARE_SHORT_TITLES else changed.title,
        sections=changed.sections[-2:],
        journal=rng.choice(journals("meeting")),
        kind="conference",
        keywords=(),
    )


def _preprint(changed: Publication) -> Publication:
    journal = journals("preprint")[0]
    return replace(changed, journal=journal, kind="preprint", print_year=changed.online_year)
