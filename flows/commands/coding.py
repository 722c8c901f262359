"""Coding: ``code`` (one coder's work), ``coded`` (what it comes to)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import polars as pl
import typer

from flows.commands.options import AsJson, ReviewerId, ReviewPath
from flows.output import print_json, print_table, say
from flows.tables import read_csv
from pipeline.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.review.coding import CodingDesk

__all__ = ["code", "coded"]

_SHOWN: Final = 20  # rows of a table on the screen; --out writes all of them
_FORMATS: Final = (
    "csv",
    "jsonl",
    "matrix",
    "studies",
    "map",
    "markdown",
    "qdc",
    "qdpx",
    "eviatlas",
)
_TO_JUDGE: Final = (
    "suggestion_id",
    "report_id",
    "source",
    "page",
    "sentence",
    "phrase",
    "domain",
    "polarity",
    "level",
    "why",
    "is_held_back",
)


def code(
    review: ReviewPath,
    *,
    coder: ReviewerId,
    file: Annotated[
        Path | None,
        typer.Option("--from", metavar="TAGS.csv", help="Judgements to take in."),
    ] = None,
    finish: Annotated[
        list[str] | None,
        typer.Option(metavar="REPORT", help="A report whose text was read to its end."),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Which text --finish speaks of: abstract or full-text.")
    ] = "abstract",
    undo: Annotated[
        int | None, typer.Option(metavar="EVENT", help="Take back a judgement of your own.")
    ] = None,
    full_text: Annotated[
        str | None,
        typer.Option(metavar="REPORT", help="Read the full text of this report, to code it."),
    ] = None,
    document: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="DOCUMENT",
            help="Its PDF or plain text; else what `thresher fulltext` keeps.",
        ),
    ] = None,
    settle: Annotated[
        Path | None,
        typer.Option(metavar="SETTLED.csv", help="What two coders agreed on after all."),
    ] = None,
    revise: Annotated[
        Path | None,
        typer.Option(metavar="CHANGE.json", help="Add, rename, merge, split or describe codes."),
    ] = None,
    findings: Annotated[
        Path | None, typer.Option(metavar="FINDINGS.json", help="Findings as people state them.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="TODO.csv", help="Where the list goes of what is left to judge."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge suggested tags, add your own, and say which texts you have read to the end.

    Without --from it lists what you have not judged yet; with --out as a table to fill in: write
    accepted, changed or rejected under verdict, and what you change under code, polarity or level.
    A tag of your own is a row with report_id, quote, code and polarity. A row that cannot be
    understood refuses the whole file.

    Example: thresher code sleep-apps --as anna --from tags.csv --finish medline:31452104
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        desk = opened.coding
        read = [] if full_text is None else [_read(desk, full_text, document, coder)]
        done = read + list(
            _work(
                desk,
                coder,
                file=file,
                finish=finish or [],
                source=source,
                undo=undo,
                settle=settle,
                revise=revise,
                findings=findings,
            )
        )
        left = desk.suggestions(coder=coder).select(_TO_JUDGE)
    if out is not None:
        named = left.rename({"domain": "code", "level": "suggested_level"})
        _write(out, named.with_columns(level=pl.lit(""), verdict=pl.lit("")))
        done.append(f"{left.height} suggestions to judge: {out}")
    if as_json:
        print_json({"done": done, "left": left})
        return
    for sentence in done:
        say(sentence)
    if not done:
        columns = ("suggestion_id", "report_id", "domain", "polarity", "sentence")
        rows = left.select(columns).head(_SHOWN).iter_rows()
        print_table(f"{left.height} suggestions that {coder} has not judged", columns, rows)


def _read(desk: CodingDesk, report: str, document: Path | None, coder: str) -> str:
    kept = desk.keep_full_text(report, document, actor=coder)
    return f"{report}: {kept.n_pages} pages, kept as {kept.file}"


def _work(
    desk: CodingDesk,
    coder: str,
    *,
    file: Path | None,
    finish: list[str],
    source: str,
    undo: int | None,
    settle: Path | None,
    revise: Path | None,
    findings: Path | None,
) -> list[str]:
    """Do what was asked, in an order in which later steps can build on earlier ones."""
    done = []
    if revise is not None:
        from pipeline.review.coding import read_change_file

        change = read_change_file(_text(revise), where=str(revise))
        version = desk.revise(
            change.change, before=change.before, after=change.after, memo=change.memo, actor=coder
        ).version
        done.append(f"codebook version {version}")
    if undo is not None:
        desk.undo(undo, coder=coder)
        done.append(f"event {undo} taken back")
    if file is not None:
        from pipeline.review.coding import read_tags_table

        taken = desk.take(read_tags_table(read_csv(file), where=str(file)), coder=coder)
        done.append(f"{taken.n_taken} judgements taken in")
    for report in finish:
        desk.finish(report, coder=coder, source=source)
        done.append(f"{report}: {source} read to its end")
    if settle is not None:
        from pipeline.review.coding import read_settlements_table

        settled = read_settlements_table(read_csv(settle), where=str(settle))
        done.append(f"{len(desk.settle(settled, reviewer=coder))} disagreements settled")
    if findings is not None:
        from pipeline.review.coding import read_findings_file

        for finding in read_findings_file(_text(findings), where=str(findings), reviewer=coder):
            desk.record_finding(finding)
            done.append(f"finding {finding.finding_id} recorded")
    return done


def _write(path: Path, table: pl.DataFrame) -> None:
    """Write a table that people open in a spreadsheet."""
    from pipeline.report import write_safe_csv
    from pipeline.store import write_bytes

    write_bytes(path, write_safe_csv(table).encode())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), "cannot be read as UTF-8 text", "check the file") from error


def coded(
    review: ReviewPath,
    *,
    show: Annotated[
        str,
        typer.Option(
            help="progress, tags, agreement, disagreements, changes, saturation, matrix, findings, "
            "studies or learning."
        ),
    ] = "progress",
    export: Annotated[
        str | None,
        typer.Option(metavar="F", help=f"Write a file instead: one of {', '.join(_FORMATS)}."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where it goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what was coded: progress, agreement, matrix, findings; or export it.

    Example: thresher coded sleep-apps --export qdpx --out sleep-apps.qdpx
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        if export is not None:
            if out is None:
                raise InputError("--export", "needs --out", "say where the file goes")
            data = opened.coding.export(export)
        elif show not in _VIEWS:
            raise UnknownNameError("view", show, _VIEWS)
        else:
            table = _VIEWS[show](opened.coding)
    if export is not None and out is not None:
        from pipeline.store import write_bytes

        write_bytes(out, data)
        print_json({"file": out, "bytes": len(data)}) if as_json else say(
            f"{out}: {len(data)} bytes"
        )
        return
    _print_view(show, table, out=out, as_json=as_json)


def _print_view(show: str, table: pl.DataFrame, *, out: Path | None, as_json: bool) -> None:
    lists = [name for name, kind in table.schema.items() if isinstance(kind, pl.List)]
    flat = table.with_columns(pl.col(lists).cast(pl.List(pl.String)).list.join("; "))
    if out is not None:
        _write(out, flat)
    if as_json:
        print_json(table)
    elif out is not None:
        say(f"{out}: {flat.height} rows")
    else:
        print_table(f"{show}: {flat.height}", flat.columns, flat.head(_SHOWN).iter_rows())


def _disagreements(desk: CodingDesk) -> pl.DataFrame:
    """List them as a table to fill in: keep or drop."""
    asked = ("event", "report_id", "coder", "quote", "code", "polarity", "level")
    return desk.disagreements().select(*asked).with_columns(decision=pl.lit(""))


def _agreement(desk: CodingDesk) -> pl.DataFrame:
    import numpy as np

    return desk.agreement(rng=np.random.default_rng(0))


_VIEWS: Final[dict[str, Callable[[CodingDesk], pl.DataFrame]]] = {
    "progress": lambda desk: desk.progress(),
    "tags": lambda desk: desk.extracts(),
    "agreement": _agreement,
    "disagreements": _disagreements,
    "changes": lambda desk: desk.code_changes(),
    "saturation": lambda desk: desk.saturation(),
    "matrix": lambda desk: desk.wide_matrix(),
    "findings": lambda desk: desk.findings(),
    "studies": lambda desk: desk.characteristics(),
    "learning": lambda desk: pl.DataFrame({"learning": [desk.learning().sentence]}),
}
