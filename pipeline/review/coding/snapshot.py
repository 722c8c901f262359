"""Coding as it stands: every frame computed once, when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from pipeline.events import sha256_of
from pipeline.review.coding.state import (
    read_coverage,
    read_findings,
    read_judged,
    read_reconciled,
    read_revisions,
    standing_tags,
)
from pipeline.review.coding.texts import coded_texts, included_reports
from pipeline.review.snapshot import Snapshot
from pipeline.review.tagging import load_codebook
from pipeline.review.workspace import cache_key
from pipeline.schemas import SuggestedTag, TaggedReport
from pipeline.schemas.coding import CodedText, CodingCoverage, JudgedTag
from pipeline.tag import DOES_NOT_FIT, TagSuggestions, suggest_tags
from pipeline.tag.codes import read_codes
from pipeline.tag.confirming import confirm_tags, list_double_coded
from pipeline.tag.fulltext import page_at
from pipeline.tag.learning import Judged, judge_suggestions
from pipeline.tag.matrix import build_matrix
from pipeline.tag.revision import follow_code, list_code_changes, revise_codebook

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.events import CodebookRevised, FindingRecorded
    from pipeline.review.workspace import Workspace
    from pipeline.schemas.coding import CodeChange, MatrixCell
    from pipeline.tag import Codebook
    from pipeline.tag.confirming import ConfirmedTags

__all__ = ["CodingSnapshot"]

_BETWEEN: Final = "\x1f"
_SUGGESTION: Final = ("domain", "polarity", "start", "end", "phrase_start", "phrase_end")
_OF_THE_REVIEW: Final = ("clusters", "evidence", "citations")
_OF_THE_TEXTS: Final = ("reports", "texts", "suggested", "suggestions", "judged_suggestions")
_ID_LENGTH: Final = 16  # hexadecimal digits of a suggestion's id


@dataclass(frozen=True)
class CodingSnapshot:
    """What the events of coding come to.

    Parameters
    ----------
    snapshot
        The review as it stands.
    """

    snapshot: Snapshot

    @property
    def n_coders(self) -> int:
        """How many people code each text blind to one another."""
        return self.snapshot.workspace.config.tagging.n_coders

    def renewed(self, workspace: Workspace) -> CodingSnapshot:
        """Return coding as it stands now, over the included reports as they were.

        A session judges many tags while the reports stay: only what coders said is read anew.
        """
        fresh = CodingSnapshot(Snapshot(workspace))
        for new, old, names in (
            (fresh.snapshot, self.snapshot, _OF_THE_REVIEW),
            (fresh, self, _OF_THE_TEXTS),
        ):
            new.__dict__.update({name: getattr(old, name) for name in names})
        return fresh

    # ── what is coded, and by what ──────────────────────────────────────────────────────────────
    @cached_property
    def reports(self) -> pl.DataFrame:
        """The included reports: ``report_id, study_id, citation_id``."""
        return included_reports(self.snapshot)

    @cached_property
    def texts(self) -> dy.DataFrame[CodedText]:
        """The abstracts and full texts of the included reports."""
        return coded_texts(self.snapshot)

    @cached_property
    def revisions(self) -> list[tuple[int, CodebookRevised]]:
        """The changes of the codebook, with their sequence numbers."""
        base = load_codebook(self.snapshot.workspace)
        ledger = self.snapshot.workspace.ledger
        return read_revisions(ledger, base.id, as_of=self.snapshot.as_of)

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook in force: the file, and every change since."""
        codebook = load_codebook(self.snapshot.workspace)
        for _, revision in self.revisions:
            codebook = revise_codebook(codebook, revision)
        return codebook

    @cached_property
    def suggested(self) -> TagSuggestions:
        """The suggestions for the coded texts; ``record_id`` is report and source in one."""
        workspace = self.snapshot.workspace
        base = load_codebook(workspace)
        texts = self.texts.select(
            pl.concat_str("report_id", pl.col("source").cast(pl.String), separator=_BETWEEN).alias(
                "record_id"
            ),
            "title",
            abstract="text",
        )
        key = cache_key("coding", workspace.frames.name_of(texts), sha256_of(repr(base)))
        reports = workspace.cache.get(key, "coded-reports", TaggedReport)
        tags = workspace.cache.get(key, "coded-suggestions", SuggestedTag)
        if reports is None or tags is None:
            found = suggest_tags(texts, codebook=base, is_plain=True)
            workspace.cache.put(key, "coded-reports", found.reports)
            workspace.cache.put(key, "coded-suggestions", found.tags)
            return found
        return TagSuggestions(reports, tags)

    @cached_property
    def suggestions(self) -> pl.DataFrame:
        """The suggestions with an id each, the text they are of, and the page."""
        parted = self.suggested.tags.with_columns(
            pl.col("record_id")
            .str.split_exact(_BETWEEN, 1)
            .struct.rename_fields(["report_id", "source"])
        ).unnest("record_id")
        texts = self.texts.with_columns(pl.col("source").cast(pl.String))
        joined = parted.join(
            texts.select("report_id", "source", "study_id", "title", "text_sha256", "text"),
            on=["report_id", "source"],
            maintain_order="left",
        )
        whole = pl.concat_str("report_id", "text_sha256", *_SUGGESTION, separator="|")
        places = joined.select("text", "start", "source").iter_rows()
        pages = [
            page_at(text, at) if source == "full-text" else None for text, at, source in places
        ]
        named = joined.with_columns(
            suggestion_id=whole.map_elements(_short_hash, return_dtype=pl.String),
            page=pl.Series(pages, dtype=pl.UInt32),
        )
        return named.drop("text")

    @cached_property
    def judged_suggestions(self) -> Judged:
        """The suggestions with what a model doubts held back, once it has earned that."""
        confirmed, reports = self.confirmed.extracts, self.coverage.group_by("report_id", "source")
        read = reports.agg(pl.col("coder").n_unique()).filter(pl.col("coder") >= self.n_coders)
        return judge_suggestions(
            self.suggestions,
            confirmed=confirmed,
            reviewed=read["report_id"].unique().sort().to_list(),
            rng=np.random.default_rng(self.snapshot.workspace.config.screening.seed),
        )

    # ── what people said ────────────────────────────────────────────────────────────────────────
    @cached_property
    def judged(self) -> pl.DataFrame:
        """Every judgement that was not undone, about the reports as they are now."""
        ledger = self.snapshot.workspace.ledger
        return self._followed(read_judged(ledger, as_of=self.snapshot.as_of))

    @cached_property
    def tags(self) -> dy.DataFrame[JudgedTag]:
        """The judgements that stand, their codes followed through the changes of the codebook."""
        return self._as_tags(standing_tags(self.judged))

    @cached_property
    def blind_tags(self) -> dy.DataFrame[JudgedTag]:
        """What stood when both coders had finished a text: before anything was reconciled."""
        finished = self.coverage.group_by("report_id", "source").agg(until=pl.col("event").max())
        finished = finished.with_columns(pl.col("source").cast(pl.String))
        judged = self.judged.join(finished, on=["report_id", "source"], how="left")
        early = judged.filter(pl.col("until").is_null() | (pl.col("event") < pl.col("until")))
        return self._as_tags(standing_tags(early.drop("until")))

    @cached_property
    def coverage(self) -> dy.DataFrame[CodingCoverage]:
        """Who has read which text to its end."""
        covered = read_coverage(self.snapshot.workspace.ledger, as_of=self.snapshot.as_of)
        first = self._followed(covered).unique(["report_id", "source", "coder"], keep="first")
        return CodingCoverage.validate(first)

    @cached_property
    def settled(self) -> pl.DataFrame:
        """What reconciliation said."""
        ledger = self.snapshot.workspace.ledger
        said = self._followed(read_reconciled(ledger, as_of=self.snapshot.as_of))
        return said.with_columns(code=self._codes_now(said, "code"))

    @cached_property
    def both_finished(self) -> set[tuple[str, str]]:
        """The texts that two coders have read to the end, by report and source."""
        return set(list_double_coded(self.coverage).iter_rows())

    @cached_property
    def findings(self) -> list[FindingRecorded]:
        """The findings that stand."""
        return read_findings(self.snapshot.workspace.ledger, as_of=self.snapshot.as_of)

    # ── what follows from it ────────────────────────────────────────────────────────────────────
    @cached_property
    def confirmed(self) -> ConfirmedTags:
        """The confirmed tags and the open disagreements."""
        return confirm_tags(
            self.tags,
            coverage=self.coverage,
            settled=self.settled,
            studies=self.reports.select("report_id", "study_id"),
            codebook=self.codebook,
            n_coders=self.n_coders,
        )

    @cached_property
    def matrix(self) -> dy.DataFrame[MatrixCell]:
        """The framework matrix."""
        return build_matrix(
            self.confirmed.extracts,
            coverage=self.coverage,
            studies=self.reports.select("report_id", "study_id"),
            codebook=self.codebook,
            n_coders=self.n_coders,
        )

    @cached_property
    def code_changes(self) -> dy.DataFrame[CodeChange]:
        """What the changes of the codebook did to each judgement."""
        return list_code_changes(self.tags, codebook=self.codebook, revisions=self.revisions)

    # ── how it is read ──────────────────────────────────────────────────────────────────────────
    def _as_tags(self, standing: pl.DataFrame) -> dy.DataFrame[JudgedTag]:
        found = standing.with_columns(code=self._codes_now(standing, "given_code"))
        return JudgedTag.validate(found.select(JudgedTag.column_names()), cast=True)

    def _codes_now(self, tags: pl.DataFrame, column: str) -> pl.Series:
        """Follow codes through the changes; what a person has to decide stands at its domain."""
        given = tags.select("event", column).iter_rows()
        return pl.Series([self._code_now(code, event) for event, code in given], dtype=pl.String)

    def _code_now(self, code: str, event: int) -> str:
        tree = read_codes(self.codebook)
        heirs = [
            heir for heir in follow_code(code, event, self.revisions)[0] if heir in tree.labels
        ]
        if len(heirs) == 1:
            return heirs[0]
        domains = {tree.domain_of(heir) for heir in heirs}
        return domains.pop() if len(domains) == 1 else DOES_NOT_FIT

    def _followed(self, said: pl.DataFrame) -> pl.DataFrame:
        """Follow reports to the citations they are now: an earlier id is a record's id."""
        homes = self.snapshot.clusters.select(report_id="record_id", now="citation_id")
        linked = self.snapshot.evidence.report_links["report_id"].to_list()
        found = said.join(homes, on="report_id", how="left", maintain_order="left")
        is_own = pl.col("report_id").is_in(linked) | pl.col("now").is_null()
        kept = pl.when(is_own).then("report_id").otherwise("now")
        return found.with_columns(report_id=kept).drop("now")


def _short_hash(text: str) -> str:
    return sha256_of(text)[:_ID_LENGTH]
