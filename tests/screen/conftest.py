"""Builders of small frames to screen, made of what a test cares about."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from pipeline.schemas import Citation, Decision, Label

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EMPTY = ("authors", "issn", "keywords", "publication_types", "notes")
LISTS = {"databases": ["medline"]} | {field: [] for field in EMPTY}


def _framed(rows, schema):
    empty = schema.create_empty()
    return schema.validate(pl.DataFrame(rows, schema=empty.schema))


@pytest.fixture(scope="session")
def citations():
    """``citations("a", "bc")`` makes a, and b + c; titles and abstracts are optional."""

    def build(*clusters, titles=None, abstracts=None):
        rows = [
            LISTS
            | {
                "citation_id": min(cluster),
                "record_id": min(cluster),
                "record_ids": sorted(cluster),
                "membership_hash": "+".join(sorted(cluster)),
                "title": titles[place] if titles else f"Study {min(cluster)}",
                "abstract": abstracts[place] if abstracts else None,
            }
            for place, cluster in enumerate(clusters)
        ]
        return _framed(rows, Citation)

    return build


@pytest.fixture(scope="session")
def decisions():
    """Decisions from dictionaries; events count from 1 unless given."""

    def build(*words):
        rows = []
        for event, word in enumerate(words, start=1):
            row = {
                "event": event,
                "stage": "title-abstract",
                "reviewer": "ann",
                "decision": "include",
                "reasons": [],
                "criteria_version": "1",
                "is_resolution": False,
                "decided_at": NOON,
            } | word
            row.setdefault("record_id", row["citation_id"])
            row.setdefault("membership_hash", row["citation_id"])
            rows.append(row)
        return _framed(rows, Decision)

    return build


@pytest.fixture(scope="session")
def labels():
    """``labels({"a": True})`` says that citation a is relevant."""

    def build(relevance):
        rows = [
            {"citation_id": citation_id, "is_relevant": is_relevant}
            for citation_id, is_relevant in relevance.items()
        ]
        return _framed(rows, Label)

    return build


@pytest.fixture(scope="session")
def invented():
    """A labelled set of invented records: nurses on wards against everything else."""

    def build(n=60, *, n_relevant=12, seed=7):
        rng = np.random.default_rng(seed)
        topic = ["nurse", "staffing", "ward", "handover", "barrier", "rota"]
        other = ["enzyme", "soil", "glacier", "polymer", "galaxy", "yeast", "tariff", "bridge"]
        shared = ["method", "trial", "survey", "cohort", "analysis", "model", "ward", "barrier"]
        rows = []
        for number in range(n):
            is_relevant = number % (n // n_relevant) == 1 and number < n_relevant * (
                n // n_relevant
            )
            own = rng.choice(topic if is_relevant else other, size=1 + number % 4)
            words = [*own, *rng.choice(shared, size=5)]
            rows.append(
                {
                    "record_id": f"r{number:03d}",
                    "title": " ".join(words[:4]),
                    "abstract": " ".join(rng.permutation(words)),
                    "label": int(is_relevant),
                }
            )
        return pl.DataFrame(rows)

    return build
