"""The coding desk: `review.coding`, from suggestions to confirmed tags, matrix and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.review.coding import (
    exporting,
    reconciling,
    revising,
    synthesis,
    taking,
    texts,
)
from pipeline.review.coding.snapshot import CodingSnapshot
from pipeline.review.desk import Desk
from pipeline.review.snapshot import Snapshot
from pipeline.schemas.coding import JudgedTag
from pipeline.tag.blind import compare_coders
from pipeline.tag.matrix import widen_matrix
from pipeline.tag.revision import find_new_codes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import dataframely as dy
    import numpy as np

    from pipeline.events import CodebookRevised, FindingRecorded, FullTextKept
    from pipeline.events.coding import CodeEntry
    from pipeline.review.coding.given import GivenTag
    from pipeline.review.coding.reconciling import Settlement
    from pipeline.review.coding.taking import TakenTags
    from pipeline.schemas import CodeAgreement
    from pipeline.schemas.coding import (
        CodeChange,
        Disagreement,
        Extract,
        Finding,
        MatrixCell,
        SaturationStep,
        StudyCharacteristics,
    )
    from pipeline.tag import Codebook
    from pipeline.tag.learning import Gate

__all__ = ["CodingDesk"]


@dataclass(frozen=True, slots=True)
class CodingDesk(Desk):
    """Coding the included reports; reached as ``review.coding``."""

    def snapshot(self) -> CodingSnapshot:
        """Return coding as it stands."""
        return CodingSnapshot(Snapshot(self.workspace))

    # ── one coder's work ────────────────────────────────────────────────────────────────────────
    def suggestions(self, *, coder: str) -> pl.DataFrame:
        """Return the suggestions that a coder has not judged yet, in the order of the texts.

        Those that a model doubts are marked as held back, once it has earned that: see `learning`.
        """
        coding = self.snapshot()
        judged = coding.tags.filter(pl.col("coder") == coder)["suggestion_id"].drop_nulls()
        return coding.judged_suggestions.suggestions.filter(
            ~pl.col("suggestion_id").is_in(judged.to_list())
        )

    def learning(self) -> Gate:
        """Say whether a model judges suggestions, and what that was decided by."""
        return self.snapshot().judged_suggestions.gate

    def tags(self, *, coder: str) -> dy.DataFrame[JudgedTag]:
        """Return a coder's own judgements that stand, and nobody else's."""
        return JudgedTag.validate(self.snapshot().tags.filter(pl.col("coder") == coder))

    def take(self, given: Sequence[GivenTag], *, coder: str) -> TakenTags:
        """Take judgements in: all of them, or none where one cannot be understood."""
        return taking.take_tags(
            self.workspace, self.snapshot(), given, coder=coder, now=self.clock()
        )

    def undo(self, event: int, *, coder: str) -> None:
        """Take back a judgement of one's own."""
        taking.undo_tag(self.workspace, self.snapshot(), event, coder=coder, now=self.clock())

    def finish(self, report_id: str, *, coder: str, source: str = "abstract") -> None:
        """Say that a coder has read a text to its end."""
        taking.finish_text(
            self.workspace,
            self.snapshot(),
            report_id,
            source=source,
            coder=coder,
            now=self.clock(),
        )

    def progress(self) -> pl.DataFrame:
        """Return each text of an included report, with who has read it to its end."""
        coding = self.snapshot()
        done = coding.coverage.group_by("report_id", "source").agg(
            finished_by=pl.col("coder").sort()
        )
        n = coding.suggestions.group_by("report_id", pl.col("source")).agg(n_suggested=pl.len())
        texts = coding.texts.select("report_id", pl.col("source").cast(pl.String), "title")
        key = ["report_id", "source"]
        done = done.with_columns(pl.col("source").cast(pl.String))
        joined = texts.join(done, on=key, how="left").join(n, on=key, how="left").sort(key)
        return joined.with_columns(
            pl.col("finished_by").fill_null([]), pl.col("n_suggested").fill_null(0)
        )

    # ── two coders ──────────────────────────────────────────────────────────────────────────────
    def agreement(self, *, rng: np.random.Generator) -> dy.DataFrame[CodeAgreement]:
        """Measure the agreement of two blind coders, code by code, before reconciliation."""
        coding = self.snapshot()
        return compare_coders(
            coding.blind_tags,
            texts=coding.texts,
            coverage=coding.coverage,
            codebook=coding.codebook,
            rng=rng,
        )

    def disagreements(self) -> dy.DataFrame[Disagreement]:
        """Return what only one of two coders gave, of the texts that both have finished."""
        return self.snapshot().confirmed.disagreements

    def settle(self, settlements: Sequence[Settlement], *, reviewer: str) -> list[int]:
        """Record what reconciliation decided."""
        return reconciling.settle_disagreements(
            self.workspace, self.snapshot(), settlements, reviewer=reviewer, now=self.clock()
        )

    # ── texts and codes ─────────────────────────────────────────────────────────────────────────
    def keep_full_text(self, report_id: str, path: Path | None, *, actor: str) -> FullTextKept:
        """Read the full text of an included report, from a PDF or a plain text, and keep both.

        Without a path it is the document that was kept when the report was retrieved.
        """
        reports = self.snapshot().reports["report_id"].to_list()
        return texts.keep_full_text(
            self.workspace, report_id, path, reports=reports, actor=actor, now=self.clock()
        )

    def codebook(self) -> Codebook:
        """Return the codebook in force: the file, and every change since."""
        return self.snapshot().codebook

    def revise(
        self,
        change: str,
        *,
        after: Sequence[CodeEntry],
        before: Sequence[str] = (),
        memo: str = "",
        actor: str,
    ) -> CodebookRevised:
        """Add, rename, merge, split or describe codes."""
        return revising.record_revision(
            self.workspace,
            self.snapshot(),
            change,
            before=before,
            after=after,
            memo=memo,
            actor=actor,
            now=self.clock(),
        )

    def code_changes(self) -> dy.DataFrame[CodeChange]:
        """Say what the changes of the codebook did; the open ones are the re-code queue."""
        return self.snapshot().code_changes

    def saturation(self) -> dy.DataFrame[SaturationStep]:
        """Say which study, in the order of coding, was the first to need which codes."""
        return find_new_codes(self.snapshot().confirmed.extracts)

    # ── synthesis ───────────────────────────────────────────────────────────────────────────────
    def extracts(self) -> dy.DataFrame[Extract]:
        """Return the confirmed tags; suggestions are never among them."""
        return self.snapshot().confirmed.extracts

    def matrix(self) -> dy.DataFrame[MatrixCell]:
        """Return what each study says about each code, and what its silence means."""
        return self.snapshot().matrix

    def wide_matrix(self) -> pl.DataFrame:
        """Return the matrix as people print it: a row for each study, a column for each code."""
        return widen_matrix(self.snapshot().matrix)

    def record_finding(self, finding: FindingRecorded) -> None:
        """State a finding, or state it anew."""
        synthesis.record_finding(self.workspace, self.snapshot(), finding, now=self.clock())

    def withdraw_finding(self, finding_id: str, *, reviewer: str) -> None:
        """Take a finding back."""
        synthesis.withdraw_finding(
            self.workspace, self.snapshot(), finding_id, reviewer=reviewer, now=self.clock()
        )

    def findings(self) -> dy.DataFrame[Finding]:
        """Return the findings, with the studies that contribute to each."""
        return synthesis.list_findings(self.snapshot())

    def characteristics(self) -> dy.DataFrame[StudyCharacteristics]:
        """Return the included studies as far as the records know them."""
        return synthesis.describe_studies(self.snapshot())

    def export(self, file_format: str) -> bytes:
        """Return the coding in a format that another program reads."""
        return exporting.export_coding(self.snapshot(), file_format, now=self.clock())
