"""Reports and proof: ``report``, ``export``, ``publish``, ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from flows.commands.options import AsJson, AsOf, ReviewerId, ReviewPath, read_date
from flows.output import print_json, say, warn

__all__ = ["export", "publish", "report", "verify"]

_FORMATS: Final = (
    "ris",
    "csv",
    "bibtex",
    "csl-json",
    "endnote-xml",
    "asreview",
    "rayyan",
    "covidence",
    "eppi",
    "xlsx",
    "tables",
    "prisma-csv",
    "ledger",
    "refi-qda",
)


def report(review: ReviewPath, *, as_of: AsOf = "", as_json: AsJson = False) -> None:
    """Write the diagram, the report and the tables; of an earlier day, into a folder of that day.

    Example: thresher report sleep-apps
    """
    from pipeline.review import Review
    from pipeline.review.reporting import write_past_report

    day = read_date(as_of, option="--as-of") if as_of else None
    with Review.open(review) as opened:
        past = opened.snapshot(as_of=day)
        files = write_past_report(past, day) if day else opened.report()
    if as_json:
        print_json(files)
    else:
        for file in files:
            say(str(file))


def export(
    review: ReviewPath,
    *,
    file_format: Annotated[
        str,
        typer.Option("--format", metavar="F", help=f"One of {', '.join(_FORMATS)}."),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where it goes.")],
    only: Annotated[
        str,
        typer.Option(
            metavar="OUTCOME",
            help="Only citations that stand so: include, exclude, conflict or awaiting.",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take the citations with their decisions, the counts or the ledger elsewhere.

    Example: thresher export sleep-apps --format ris --out screened.ris
    """
    from pipeline.review import Review
    from pipeline.store import write_bytes

    with Review.open(review) as opened:
        data = opened.export(file_format, only=only or None)
    write_bytes(out, data)
    if as_json:
        print_json({"file": out, "bytes": len(data)})
    else:
        say(f"{out}: {len(data)} bytes")


def publish(
    review: ReviewPath,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What this version is called.")],
    *,
    reviewer: ReviewerId,
    as_json: AsJson = False,
) -> None:
    """Freeze the counts of a finished review under a name.

    Refused while entries are rejected but not waived, or anything still awaits a decision.

    Example: thresher publish sleep-apps 1 --as anna
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        counts = opened.publish(name, actor=reviewer)
    if as_json:
        print_json(counts.to_json())
    else:
        say(f"Published version {name}: its counts are frozen.")


def verify(review: ReviewPath, *, as_json: AsJson = False) -> None:
    """Check the hash chain, the exports, the frames and the identities; exit 1 on a finding.

    Example: thresher verify sleep-apps
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        findings = opened.verify()
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            warn(f"{finding.where}: {finding.what}")
        if not findings:
            say("Everything is as it was accepted.")
    if findings:
        raise typer.Exit(1)
