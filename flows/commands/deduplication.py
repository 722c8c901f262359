"""Duplicates: ``dedupe`` runs the stage, explains, lists, asks people, audits, clusters a CSV."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import polars as pl
import typer

from flows.commands.options import AsJson
from flows.commands.relations import print_related
from flows.output import print_json, print_table, say
from flows.tables import read_csv, write_csv
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.dedupe import Explanation
    from pipeline.review import Review
    from pipeline.review.clustering import AcceptedClustering

__all__ = ["dedupe"]

_CELL: Final = 60  # characters of a cell in a list for people; --json has them all
_SAID: Final = {"same": "the same publication as", "distinct": "another publication than"}


def dedupe(
    review: Annotated[Path | None, typer.Argument(metavar="[REVIEW]", show_default=False)] = None,
    *,
    explain: Annotated[
        str | None, typer.Option(metavar="RECORD", help="Why this record was merged, or was not.")
    ] = None,
    review_pairs: Annotated[
        bool, typer.Option(help="Decide the unsure ones, cluster by cluster, one key each.")
    ] = False,
    batch: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many clusters to decide now.")
    ] = None,
    related: Annotated[
        bool, typer.Option(help="List what may be one study: preprints, errata, abstracts, ….")
    ] = False,
    moves: Annotated[
        bool, typer.Option(help="List what the last deduplication merged or split.")
    ] = False,
    changes: Annotated[
        bool, typer.Option(help="List the records that came again with other content.")
    ] = False,
    audit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Draw N automatic merges at random; judge them."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Of the audit's draw.")] = 0,
    reviewer: Annotated[
        str, typer.Option("--as", metavar="REVIEWER", help="Who decides or judges.")
    ] = "",
    file: Annotated[
        Path | None, typer.Option(metavar="IN.csv", help="Cluster any CSV of records.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="record_id, cluster_id.")
    ] = None,
    pairs: Annotated[Path | None, typer.Option(metavar="P.csv", help="The compared pairs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Deduplicate a review, explain a record, decide unsure clusters, or cluster a CSV.

    Example: thresher dedupe --file records.csv --out clusters.csv
    """
    if file is not None:
        _dedupe_file(file, out=out, pairs=pairs, as_json=as_json)
        return
    if review is None:
        raise InputError("dedupe", "needs a review or --file", "name one")
    from pipeline.review import Review

    with Review.open(review) as opened:
        if explain is not None:
            explanation = opened.explain_record(explain)
            print_json(explanation) if as_json else _print_explanation(explanation)
        elif related or moves or changes:
            listed = {"related": related, "moves": moves, "changes": changes}
            _list(opened, [name for name, wanted in listed.items() if wanted], as_json=as_json)
        elif audit is not None:
            _audit(opened, audit, seed=seed, reviewer=reviewer, as_json=as_json)
        else:
            _run(opened, review_pairs=review_pairs, batch=batch, who=reviewer, as_json=as_json)


def _run(opened: Review, *, review_pairs: bool, batch: int | None, who: str, as_json: bool) -> None:
    """Deduplicate; before that, let a person decide where it is asked for."""
    if review_pairs:
        from flows.unsure import decide_clusters, require_person

        require_person("--review-pairs", who)
        decide_clusters(opened, reviewer=who, batch=batch)
    accepted = opened.dedupe()
    n_open = opened.snapshot().unsure_pairs.height  # judged ones stay unsure to the model
    accepted = replace(accepted, n_unsure_pairs=n_open)
    print_json(accepted) if as_json else say(_summary(accepted))


def _summary(accepted: AcceptedClustering) -> str:
    said = (
        f"{accepted.n_records} records, {accepted.n_citations} citations, "
        f"{accepted.n_unsure_pairs} pairs for a person to decide"
    )
    if not accepted.is_new:
        return f"{said}; nothing is new"
    changed = f"; {accepted.n_new} new records"
    if accepted.n_merged or accepted.n_split:
        changed += f", {accepted.n_merged} citations merged into others, {accepted.n_split} split"
    return said + changed


def _list(opened: Review, names: list[str], *, as_json: bool) -> None:
    desk = opened.duplicates
    made = {"related": desk.related, "moves": desk.moves, "changes": desk.changes}
    frames: dict[str, pl.DataFrame] = {name: made[name]() for name in names}
    if as_json:
        print_json(frames)
        return
    titles = dict(opened.citations().select("citation_id", "title").iter_rows())
    for name, frame in frames.items():
        if name == "related":
            print_related(frame, titles)
        else:
            print_table(f"{name}: {frame.height}", frame.columns, map(_short, frame.iter_rows()))


def _short(row: tuple[object, ...]) -> list[str | None]:
    texts = [None if cell is None else str(cell) for cell in row]
    return [t if t is None or len(t) <= _CELL else t[:_CELL] + "…" for t in texts]


def _audit(opened: Review, n: int, *, seed: int, reviewer: str, as_json: bool) -> None:
    """Draw the sample (or take up the one in force), and let a person judge it on a terminal."""
    audit = opened.duplicates.draw_audit(n, seed=seed, actor=reviewer or "thresher")
    if reviewer and sys.stdin.isatty() and not as_json:
        from flows.unsure import judge_audit

        judge_audit(opened, reviewer=reviewer)
        opened.dedupe()
        audit = opened.duplicates.audit() or audit
    if as_json:
        print_json({"sentence": audit.sentence, "audit": audit})
        return
    say(audit.sentence)
    if not audit.is_complete:
        say("Judge them with: thresher dedupe REVIEW --audit N --seed S --as REVIEWER (a terminal)")


def _dedupe_file(file: Path, *, out: Path | None, pairs: Path | None, as_json: bool) -> None:
    from pipeline.dedupe import deduplicate, read_records_table

    if out is None:
        raise InputError("--file", "needs --out", "say where the clusters go")
    table = read_csv(file)
    result = deduplicate(read_records_table(table))
    clusters = result.clusters.rename({"citation_id": "cluster_id"})
    order = table.select("record_id")
    write_csv(out, order.join(clusters, on="record_id", how="left", maintain_order="left"))
    if pairs is not None:
        lists = pl.col("blocking_keys", "vetoes").list.join(";")
        version = pl.lit(result.model_version).alias("model_version")
        write_csv(pairs, result.pairs.with_columns(lists, version))
    summary = {
        "n_records": result.clusters.height,
        "n_clusters": result.clusters["citation_id"].n_unique(),
        "n_unsure_pairs": result.pairs.filter(pl.col("verdict") == "unsure").height,
        "model_version": result.model_version,
    }
    if as_json:
        print_json(summary)
    else:
        say(f"{summary['n_records']} records in {summary['n_clusters']} clusters: {out}")


def _print_explanation(explanation: Explanation) -> None:
    say(f"{explanation.record_id}: {explanation.title or '(no title)'}")
    say(f"citation {explanation.citation_id}: {', '.join(explanation.members)}")
    for record_id, fields in explanation.fields_by_record:
        say(f"  from {record_id}: {', '.join(fields)}")
    for other, verdict in explanation.said:
        say(f"  a person said: {_SAID[verdict]} {other}")
    if explanation.compared and explanation.model_version:
        say(f"  probabilities by the model {explanation.model_version}")
    for compared in explanation.compared:
        say(f"- {compared.sentence}")
        evidence = [
            f"{name} {value:.2f}" for name, value in compared.similarities if value is not None
        ]
        evidence += [f"{name}: {value}" for name, value in compared.agreements]
        say(f"  {'; '.join(evidence)}")
    if not explanation.compared:
        say("no other record came close enough to be compared")
