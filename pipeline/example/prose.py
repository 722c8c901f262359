"""What a publication says in words: its title, its abstract and its keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.example.publication import Section
from pipeline.example.themes import SCENES
from pipeline.example.wording import grammar, read_list
from pipeline.example.writer import Writer

if TYPE_CHECKING:
    from random import Random

    from pipeline.example.themes import Theme

__all__ = ["brief_writer", "write_abstract", "write_keywords", "write_title", "write_translated"]

_SHARE_STRUCTURED: Final = 0.55
_SCENERY: Final = ("tool", "toolname", "setting", "patients", "condition", "staff")
_PARTS: Final = ("background", "methods", "results", "conclusion")
_UNLABELLED: Final = ("", "", "", "")
_LABELS: Final = (
    ("Background", "Methods", "Results", "Conclusions"),
    ("Objective", "Methods", "Results", "Conclusion"),
    ("Introduction", "Method", "Findings", "Discussion"),
    ("Purpose", "Design", "Results", "Implications"),
)
_LANGUAGES: Final = ("de", "es", "fr", "pt")  # in the order of translated.txt


def brief_writer(scene: str, rng: Random) -> Writer:
    """Return a writer who knows the technology, the service and the people of one study.

    >>> from random import Random
    >>> brief_writer("physical", Random(1)).kept("setting", "?") != "?"
    True
    """
    writer = Writer(grammar(), rng)
    tools, people = SCENES[scene].tools, SCENES[scene].people
    chosen = (*_cells(rng.choice(read_list(tools))), *_cells(rng.choice(read_list(people))))
    for symbol, wording in zip(_SCENERY, chosen, strict=False):  # mental health staff vary
        writer.keep(symbol, wording)
    return writer


def write_title(theme: Theme, writer: Writer, *, with_tail: bool) -> str:
    """Return a title; with a tail, it is one that few others share.

    >>> from random import Random
    >>> from pipeline.example.themes import THEMES
    >>> len(write_title(THEMES["views"], brief_writer("mental", Random(1)), with_tail=True)) > 20
    True
    """
    title = _sentence(writer.write(f"{theme.name}.title"))
    if not with_tail:
        return title
    has_place = writer.kept("country", "?") in title
    tail = writer.write("title.tail" if has_place else "title.tail.place")
    if title.endswith("?"):
        return f"{title} {_sentence(tail)}"
    return f"{title} – {tail}" if ":" in title else f"{title}: {tail}"


def write_translated(theme: Theme, writer: Writer, rng: Random) -> tuple[str, str, str] | None:
    """Return an English title, the original and its language, if the theme has any.

    >>> from random import Random
    >>> from pipeline.example.themes import THEMES
    >>> write_translated(THEMES["scale"], brief_writer("mental", Random(1)), Random(1)) is None
    True
    """
    known = [_cells(line) for line in read_list("translated.txt")]
    lines = [cells for cells in known if cells[0] == theme.name]
    if not lines:
        return None
    _, english, *translations = rng.choice(lines)
    place, n = writer.write("place"), rng.randrange(len(_LANGUAGES))
    return english.format(place), translations[n].format(place), _LANGUAGES[n]


def write_abstract(theme: Theme, writer: Writer, rng: Random) -> tuple[Section, ...]:
    """Return the parts of an abstract, labelled or not; some publications have none.

    >>> from random import Random
    >>> from pipeline.example.themes import THEMES
    >>> len(write_abstract(THEMES["views"], brief_writer("mental", Random(1)), Random(1)))
    4
    """
    if rng.random() < theme.share_without_abstract:
        return ()
    labels = rng.choice(_LABELS) if rng.random() < _SHARE_STRUCTURED else _UNLABELLED
    texts = [_part(theme, part, writer) for part in _PARTS]
    return tuple(Section(label, text) for label, text in zip(labels, texts, strict=True))


def _part(theme: Theme, part: str, writer: Writer) -> str:
    sentences = [writer.write(f"{theme.name}.{part}")]
    if part == "background" and theme.has_background:
        sentences.insert(0, writer.write("more.background"))
    elif part == "methods" and theme.methods:
        sentences += [writer.write(theme.methods), writer.write(theme.methods)]
    elif part in {"results", "conclusion"}:
        sentences.append(writer.write(f"more.{part}"))
    return _sentence(" ".join(sentences))


def write_keywords(theme: Theme, writer: Writer, rng: Random) -> tuple[str, ...]:
    """Return two to six keywords, fewer if some come up twice.

    >>> from random import Random
    >>> from pipeline.example.themes import THEMES
    >>> len(write_keywords(THEMES["drug"], brief_writer("mental", Random(1)), Random(1))) > 0
    True
    """
    words = [writer.write(f"{theme.keywords}.keyword") for _ in range(rng.randrange(2, 7))]
    return tuple(dict.fromkeys(words))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]
