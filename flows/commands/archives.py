"""One zip for an auditor: ``archive`` and ``replay``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, say, warn

__all__ = ["archive", "replay"]


def archive(
    review: ReviewPath,
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help="Where it goes; a new file.")],
    *,
    without_abstracts: Annotated[
        bool,
        typer.Option(
            "--without-abstracts",
            help="Leave out exports and full texts and blank all abstracts, for databases whose "
            "terms forbid sharing them.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put one moment of a review into a zip, with a manifest of hashes; others may go on screening.

    Example: thresher archive sleep-apps sleep-apps-2026-11.zip
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        made = opened.archive(out, without_abstracts=without_abstracts)
    manifest = made.manifest
    if as_json:
        print_json(
            {
                "file": made.file,
                "bytes": made.size,
                "sha256": made.sha256,
                "n_files": len(manifest.files),
                "n_events": manifest.n_events,
                "head": manifest.head,
                "withheld": [one.file for one in manifest.withheld],
                "keeps": manifest.keeps,
            }
        )
        return
    say(f"{made.file}: {made.size:,} bytes, {len(manifest.files)} files, SHA-256 {made.sha256}")
    say(f"The ledger ends at event {manifest.n_events}, {manifest.head}")
    if manifest.withheld:
        say(f"{len(manifest.withheld)} files were left out or blanked; manifest.json says which")
        say(f"It keeps {manifest.keeps}.")


def replay(
    archived: Annotated[Path, typer.Argument(metavar="ARCHIVE.zip", help="The archive.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Rebuild every number of an archive from its inputs and ledger; exit 1 where one differs.

    With the versions that made the archive all is computed again, with others counted again.

    Example: thresher replay sleep-apps-2026-11.zip
    """
    from pipeline.review.archive import replay_archive

    done = replay_archive(archived)
    if as_json:
        print_json(
            {
                "archive": archived,
                "depth": done.depth,
                "made_at": done.manifest.made_at,
                "software": done.manifest.software,
                "n_events": done.manifest.n_events,
                "head": done.manifest.head,
                "checked": done.checked,
                "findings": done.findings,
            }
        )
    else:
        for finding in done.findings:
            warn(f"{finding.where}: {finding.what}")
        say(f"{archived}: {done.depth}, {len(done.checked)} things compared")
        say(f"The ledger ends at event {done.manifest.n_events}, {done.manifest.head}")
        if not done.findings:
            say("Every number is the same.")
    if done.findings:
        raise typer.Exit(1)
