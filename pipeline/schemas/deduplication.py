"""What deduplication says besides the clusters: moves, changes, relations, audits, overlaps."""

from __future__ import annotations

from typing import Final

import dataframely as dy

__all__ = [
    "RECORD_CHANGES",
    "RELATIONS",
    "AuditedMerge",
    "CitationMove",
    "DatabaseOverlap",
    "RecordChange",
    "RefusedRelation",
    "RelatedPair",
]

RECORD_CHANGES: Final = ("abstract added", "retracted", "published in a volume", "other")
RELATIONS: Final = (
    "erratum",
    "retraction-notice",
    "reply",
    "protocol",
    "part",
    "preprint",
    "cochrane-version",
    "conference-abstract",
    "translation",
    "reprint",
)


class CitationMove(dy.Schema):
    """A record that a deduplication took from one existing citation to another."""

    record_id = dy.String(primary_key=True)
    from_citation = dy.String()
    to_citation = dy.String()
    # all of a citation went into another; a part now stands by itself; a part went into another
    change = dy.Enum(("merged", "split", "moved"))


class RecordChange(dy.Schema):
    """A field of a record that a later export describes otherwise than the one before it."""

    record_id = dy.String(primary_key=True)
    version = dy.UInt32(primary_key=True)  # which occurrence of the record, from 2
    field = dy.String(primary_key=True)
    before = dy.String(nullable=True)  # lists as "one; two"
    after = dy.String(nullable=True)
    kind = dy.Enum(RECORD_CHANGES)
    export = dy.String()  # the file that brought the change


class RelatedPair(dy.Schema):
    """Two records that are not one publication and seem to belong to one study."""

    left_id = dy.String(primary_key=True)  # left_id < right_id
    right_id = dy.String(primary_key=True)
    relation = dy.Enum(RELATIONS)
    title_similarity = dy.Float64(nullable=True)
    probability = dy.Float64(min=0, max=1)  # of being one publication, by the pair model


class RefusedRelation(dy.Schema):
    """A suggestion that two citations are of one study, which a person has refused."""

    left_id = dy.String(primary_key=True)  # left_id < right_id, as the citations are called now
    right_id = dy.String(primary_key=True)
    relation = dy.String()  # what was suggested
    reviewer = dy.String()
    refused_on = dy.Date()
    note = dy.String(nullable=True)


class AuditedMerge(dy.Schema):
    """An automatic merge of the audit sample, and what a person says of it."""

    left_id = dy.String(primary_key=True)  # left_id < right_id
    right_id = dy.String(primary_key=True)
    citation_id = dy.String()  # when the sample was drawn
    verdict = dy.Enum(("same", "distinct"), nullable=True)  # None: nobody has looked yet


class DatabaseOverlap(dy.Schema):
    """A set of databases, and the citations that all of them brought and no other one did."""

    databases = dy.List(dy.String())  # sorted, distinct
    n_citations = dy.UInt32()
