"""Write the README's tables and the stages' picture from the code: ``make docs``.

A test runs `fill` and compares, so that a command or a format that is not in the README fails.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.cli import COMMANDS
from pipeline.ingest.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["draw_stages", "fill", "main"]

ROOT: Final = Path(__file__).resolve().parent.parent
_STAGES: Final = (
    ("exports", "six databases,\nany dialect"),
    ("ingest", "entries, records,\nrejected rows"),
    ("dedupe", "pairs with evidence,\ncitations"),
    ("screen", "order, decisions,\noutcomes"),
    ("tag", "suggested tags\nwith their sentence"),
    ("report", "PRISMA flow,\nevidence map"),
)
_BOX, _GAP, _TOP, _HEIGHT, _LEDGER = 150, 26, 14, 92, 40


def main() -> None:
    """Write everything anew."""
    readme = ROOT / "README.md"
    readme.write_text(fill(readme.read_text(encoding="utf-8")), encoding="utf-8")
    (ROOT / "docs" / "stages.svg").write_text(draw_stages(), encoding="utf-8")


def fill(text: str) -> str:
    """Return the README with its generated tables filled in."""
    text = _between(text, "commands", _table(("`thresher …`", "does"), _commands()))
    return _between(text, "formats", _table(("name", "format", "tried on"), _formats()))


def _commands() -> Iterable[tuple[str, str]]:
    for heading, commands in COMMANDS.items():
        yield f"**{heading}**", ""
        for command in commands:
            sentence = (inspect.getdoc(command) or "").split("\n\n")[0].replace("\n", " ")
            yield f"`{command.__name__.replace('_', '-')}`", sentence


def _formats() -> Iterable[tuple[str, str, str]]:
    for name, one in FORMATS.items():
        tried = "real exports" if one.is_tried else "no real export yet"
        yield f"`{name}`", one.description, tried


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _between(text: str, name: str, table: str) -> str:
    pattern = rf"(<!-- {name}: written by `make docs` -->\n).*?(<!-- {name}: end -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", text, flags=re.DOTALL)


def draw_stages() -> str:
    """Return the picture of the stages as SVG."""
    width = len(_STAGES) * (_BOX + _GAP) - _GAP + 28
    boxes = [_draw_stage(number, *stage) for number, stage in enumerate(_STAGES)]
    ledger_y = _TOP + _HEIGHT + 34
    height = ledger_y + _LEDGER + 14
    title = "The stages of a review"
    description = " to ".join(name for name, _ in _STAGES) + ", over one append-only ledger"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="t d" font-family="DejaVu Sans, Helvetica, Arial, sans-serif">\n'
        f'<title id="t">{title}</title>\n<desc id="d">{description}</desc>\n'
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#37474f"/></marker></defs>\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        f"{''.join(boxes)}"
        f'<rect x="{14 + _BOX + _GAP}" y="{ledger_y}" width="{width - _BOX - _GAP - 28}" '
        f'height="{_LEDGER}" rx="6" fill="#fff2cc" stroke="#b8860b"/>\n'
        f'<text x="{(width + _BOX + _GAP) / 2}" y="{ledger_y + 25}" text-anchor="middle" '
        'font-size="13" fill="#1c262b">ledger: what people did and what was accepted, '
        "append-only, hash-chained</text>\n</svg>\n"
    )


def _draw_stage(number: int, name: str, gives: str) -> str:
    x, middle = 14 + number * (_BOX + _GAP), _TOP + _HEIGHT / 2
    fill_colour = "#ffffff" if number == 0 else "#cfe2f3"
    lines = "".join(
        f'<text x="{x + _BOX / 2}" y="{_TOP + 54 + 17 * row}" text-anchor="middle" font-size="12" '
        f'fill="#37474f">{line}</text>'
        for row, line in enumerate(gives.split("\n"))
    )
    arrow = (
        f'<path d="M{x + _BOX} {middle}h{_GAP - 2}" stroke="#37474f" stroke-width="1.5" '
        'marker-end="url(#a)"/>'
        if number + 1 < len(_STAGES)
        else ""
    )
    down = (
        f'<path d="M{x + _BOX / 2} {_TOP + _HEIGHT}v32" stroke="#b8860b" stroke-dasharray="4 3"/>'
        if number
        else ""
    )
    return (
        f'<rect x="{x}" y="{_TOP}" width="{_BOX}" height="{_HEIGHT}" rx="6" '
        f'fill="{fill_colour}" stroke="#37474f"/>'
        f'<text x="{x + _BOX / 2}" y="{_TOP + 28}" text-anchor="middle" font-size="16" '
        f'font-weight="bold" fill="#1c262b">{name}</text>{lines}{arrow}{down}\n'
    )


if __name__ == "__main__":
    main()
