"""Tagging: suggest tags for the included reports, with the evidence in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import CodebookError
from pipeline.events import sha256_of
from pipeline.review.workspace import cache_key
from pipeline.schemas import SuggestedTag, TaggedReport
from pipeline.tag import CODEBOOKS, Codebook, TagSuggestions, read_codebook, suggest_tags

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot
    from pipeline.review.workspace import Workspace

__all__ = ["load_codebook", "suggest_for_included"]


def load_codebook(workspace: Workspace) -> Codebook:
    """Return the review's codebook: one that is shipped, or a YAML file in the review folder.

    Raises
    ------
    CodebookError
        The file is missing, or says something that a codebook may not say.
    """
    name = workspace.config.tagging.codebook
    if name in CODEBOOKS:
        return CODEBOOKS[name]
    path = workspace.folder.path / name
    if not path.is_file():
        raise CodebookError(str(path), "does not exist", "check [tagging] codebook in review.toml")
    return read_codebook(path.read_text(encoding="utf-8"), name=str(path))


def suggest_for_included(snapshot: Snapshot) -> TagSuggestions:
    """Suggest tags for every citation whose full text is included; none are confirmed by it."""
    workspace = snapshot.workspace
    codebook = load_codebook(workspace)
    texts = _included_texts(snapshot)
    key = cache_key("tags", workspace.frames.name_of(texts), sha256_of(repr(codebook)))
    reports = workspace.cache.get(key, "tagged-reports", TaggedReport)
    tags = workspace.cache.get(key, "tags", SuggestedTag)
    if reports is not None and tags is not None:
        return TagSuggestions(reports, tags)
    suggestions = suggest_tags(texts, codebook=codebook)
    workspace.cache.put(key, "tagged-reports", suggestions.reports)
    workspace.cache.put(key, "tags", suggestions.tags)
    return suggestions


def _included_texts(snapshot: Snapshot) -> pl.DataFrame:
    included = snapshot.outcomes.filter(
        (pl.col("stage") == "full-text") & (pl.col("outcome") == "include")
    )
    texts = snapshot.citations.join(included, on="citation_id", how="semi")
    return texts.select(record_id="citation_id", title="title", abstract="abstract")
