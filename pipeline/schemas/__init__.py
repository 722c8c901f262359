"""The shapes of the frames that cross from one stage to the next.

A schema is singular, a frame plural: ``dy.DataFrame[Record]`` holds records. Every stage takes and
returns frames of these shapes and nothing else; `filter` is for data that users bring, `validate`
for what a stage hands over. The units are those of PRISMA 2020: an entry is an occurrence in an
export, a record is what a database holds, a citation is a publication, a report is a document, a
study is an investigation.
"""

from __future__ import annotations

from typing import Final

import dataframely as dy

from pipeline.schemas.stopping import CHECK_ROLES, CheckPlace

__all__ = [
    "BIBLIOGRAPHIC_FIELDS",
    "CHECK_ROLES",
    "DECISIONS",
    "OUTCOMES",
    "STAGES",
    "VERDICTS",
    "Bibliographic",
    "CandidatePair",
    "CheckPlace",
    "Citation",
    "CitationOutcome",
    "Cluster",
    "CodeAgreement",
    "Decision",
    "DuplicatePair",
    "Entry",
    "EntryText",
    "EvidenceCell",
    "FieldSource",
    "FlowRow",
    "KnownItem",
    "Label",
    "PairJudgement",
    "ParsedEntry",
    "RankedCitation",
    "Record",
    "RejectedEntry",
    "RejectedRow",
    "Removal",
    "ReportLink",
    "Retrieval",
    "Search",
    "StudyLink",
    "SuggestedTag",
    "TaggedReport",
    "Waiver",
]

STAGES: Final = ("title-abstract", "full-text")
DECISIONS: Final = ("include", "exclude", "maybe")
OUTCOMES: Final = ("include", "exclude", "conflict", "awaiting")
VERDICTS: Final = ("same", "unsure", "distinct")
AGREEMENTS: Final = ("agree", "conflict", "missing")
SEARCH_KINDS: Final = ("database", "register", "website", "organisation", "citation")


# ── ingest ──────────────────────────────────────────────────────────────────────────────────────
class Bibliographic(dy.Schema):
    """What describes a publication, whatever the source. Text is plain: no markup, no entities."""

    title = dy.String(nullable=True)
    original_title = dy.String(nullable=True)  # of a translation, in its own language
    abstract = dy.String(nullable=True)  # never a placeholder, never a search snippet
    authors = dy.List(dy.String())  # "Family, Given", in order; a corporate author as it stands
    year = dy.Int32(nullable=True)
    date = dy.String(nullable=True)  # ISO 8601, as precise as the source: 2020, 2020-03, 2020-03-09
    journal = dy.String(nullable=True)  # or book, or proceedings
    journal_abbreviation = dy.String(nullable=True)
    volume = dy.String(nullable=True)
    issue = dy.String(nullable=True)
    pages = dy.String(nullable=True)  # "188-197", or an article number
    doi = dy.String(nullable=True)  # lower case, without "https://doi.org/"
    pmid = dy.String(nullable=True)
    issn = dy.List(dy.String())
    keywords = dy.List(dy.String())
    language = dy.String(nullable=True)  # ISO 639-1 where recognised, else as written
    entry_type = dy.String(nullable=True)  # article, chapter, conference, thesis, preprint, …
    publication_types = dy.List(dy.String())  # as the source writes them
    url = dy.String(nullable=True)  # http(s) only
    notes = dy.List(dy.String())  # free notes; decisions made in other tools live here


BIBLIOGRAPHIC_FIELDS: Final = tuple(Bibliographic.columns())


class ParsedEntry(Bibliographic):
    """One entry as a reader understood it, before the search that brought it is considered."""

    position = dy.UInt32(primary_key=True)  # from 1, in file order, shared with rejected rows
    line = dy.UInt32()  # where it starts, from 1; in a sheet, the row
    raw = dy.String()  # the text as it stands in the file
    platform = dy.String(nullable=True)  # Ovid, Embase.com, EBSCOhost, …
    database = dy.String(nullable=True)  # Medline, Embase, Scopus, PsycInfo, …
    accession = dy.String(nullable=True)  # the database's own number for it


class RejectedRow(dy.Schema):
    """One entry that could not be read, with the place, the text and the reason."""

    position = dy.UInt32(primary_key=True)
    line = dy.UInt32()
    raw = dy.String()
    reason = dy.String()


class _Occurrence(dy.Schema):
    entry_id = dy.String(primary_key=True)  # of the file's hash and the position: stable
    search_id = dy.String()
    file = dy.String()  # relative to the review folder
    position = dy.UInt32()
    line = dy.UInt32()


class Entry(_Occurrence):
    """One occurrence of a record in one export."""

    record_id = dy.String()


class EntryText(dy.Schema):
    """The text of an entry as it stands in the file: apart, because it outweighs all the rest."""

    entry_id = dy.String(primary_key=True)
    raw = dy.String()


class RejectedEntry(_Occurrence):
    """One occurrence that could not be read; a person repairs or waives it."""

    raw = dy.String()
    database = dy.String()
    reason = dy.String()


class Record(Bibliographic):
    """One source record: a database's own number for it, or else its normalised content."""

    record_id = dy.String(primary_key=True)  # "embase:l2029880245", "google-scholar:sha-…"
    database = dy.String()
    platform = dy.String(nullable=True)
    accession = dy.String(nullable=True)


class Waiver(dy.Schema):
    """A rejected entry that a person gave up: counted under "removed for other reasons"."""

    entry_id = dy.String(primary_key=True)
    reason = dy.String()
    event = dy.UInt64()


class Search(dy.Schema):
    """One search as it was run (PRISMA-S)."""

    search_id = dy.String(primary_key=True)
    database = dy.String(nullable=True)  # as declared; None where each record says its own
    platform = dy.String(nullable=True)
    kind = dy.Enum(SEARCH_KINDS)
    searched_on = dy.Date()
    strategy = dy.String(nullable=True)
    hits_reported = dy.UInt32(nullable=True)
    added_at = dy.Datetime(time_zone="UTC", time_unit="us")
    event = dy.UInt64()  # sequence number in the ledger
    is_withdrawn = dy.Bool()
    stated = dy.List(dy.String(), nullable=True)  # limits, filters, peer review, …: lines to show


# ── dedupe ──────────────────────────────────────────────────────────────────────────────────────
class _Pair(dy.Schema):
    left_id = dy.String(primary_key=True)  # left_id < right_id
    right_id = dy.String(primary_key=True)


class CandidatePair(_Pair):
    """Two records that share a blocking key and are therefore worth comparing."""

    blocking_keys = dy.List(dy.String())


class DuplicatePair(CandidatePair):
    """A compared pair: the evidence field by field, and what follows from it.

    Similarities run from 0 to 1 and are null where a side is empty: an empty field is not
    agreement.
    """

    title_similarity = dy.Float64(nullable=True)
    authors_similarity = dy.Float64(nullable=True)
    journal_similarity = dy.Float64(nullable=True)
    abstract_similarity = dy.Float64(nullable=True)
    year = dy.Enum(AGREEMENTS)
    volume = dy.Enum(AGREEMENTS)
    issue = dy.Enum(AGREEMENTS)
    pages = dy.Enum(AGREEMENTS)
    doi = dy.Enum(AGREEMENTS)
    probability = dy.Float64(min=0, max=1)
    vetoes = dy.List(dy.String())  # named reasons that cap the verdict at "unsure"
    verdict = dy.Enum(VERDICTS)


class PairJudgement(_Pair):
    """What a person said about a pair: a must-link (same) or a cannot-link (distinct)."""

    verdict = dy.Enum(("same", "distinct"))


class Cluster(dy.Schema):
    """Which citation a record belongs to. A citation's id is the smallest record id in it."""

    record_id = dy.String(primary_key=True)
    citation_id = dy.String()


class Citation(Bibliographic):
    """A cluster of records judged the same publication: what a reviewer sees."""

    citation_id = dy.String(primary_key=True)
    record_id = dy.String()  # the representative, whose text is shown
    record_ids = dy.List(dy.String())  # sorted
    databases = dy.List(dy.String())  # sorted, distinct
    membership_hash = dy.String()  # of record_ids: changes when the cluster does


class FieldSource(dy.Schema):
    """From which record a citation's field was taken."""

    citation_id = dy.String(primary_key=True)
    field = dy.String(primary_key=True)
    record_id = dy.String()


# ── screen ──────────────────────────────────────────────────────────────────────────────────────
class Label(dy.Schema):
    """What is known about a citation's relevance: a decision, or prior knowledge."""

    citation_id = dy.String(primary_key=True)
    is_relevant = dy.Bool()


class RankedCitation(dy.Schema):
    """A place in the screening order; position 1 is read first."""

    citation_id = dy.String(primary_key=True)
    position = dy.UInt32()
    score = dy.Float64()


class Decision(dy.Schema):
    """What one reviewer decided, about the citation and the record that was shown."""

    event = dy.UInt64(primary_key=True)  # sequence number in the ledger
    citation_id = dy.String()  # as it was when the decision was made
    record_id = dy.String()  # the record shown: finds the citation again after a merge or split
    membership_hash = dy.String()
    stage = dy.Enum(STAGES)
    reviewer = dy.String()
    decision = dy.Enum(DECISIONS)
    reasons = dy.List(dy.String())  # in the protocol's order; the first one counts
    note = dy.String(nullable=True)
    seconds = dy.Float64(nullable=True)
    criteria_version = dy.String()
    queue_position = dy.UInt32(nullable=True)
    is_resolution = dy.Bool()  # settles a conflict, until somebody disagrees anew
    decided_at = dy.Datetime(time_zone="UTC", time_unit="us")  # never later than it was recorded
    # of the citation as it was shown: what a later word replaces; null in older ledgers
    record_ids = dy.List(dy.String(), nullable=True)


class CitationOutcome(dy.Schema):
    """Where a citation stands at a stage once the declared rule has folded its decisions."""

    citation_id = dy.String(primary_key=True)
    stage = dy.Enum(STAGES, primary_key=True)
    outcome = dy.Enum(OUTCOMES)
    reason = dy.String(nullable=True)  # the one counted reason of an exclusion
    event = dy.UInt64(nullable=True)  # the decision that settled it


# ── retrieval, reports, studies ─────────────────────────────────────────────────────────────────
class ReportLink(dy.Schema):
    """Citations and the documents they point to are many-to-many."""

    report_id = dy.String(primary_key=True)
    citation_id = dy.String(primary_key=True)


class StudyLink(dy.Schema):
    """A study groups the reports of one investigation."""

    study_id = dy.String(primary_key=True)
    report_id = dy.String(primary_key=True)


class Retrieval(dy.Schema):
    """How far the hunt for a document has come: the latest word on each report."""

    report_id = dy.String(primary_key=True)
    status = dy.Enum(("requested", "retrieved", "not_retrieved"))
    event = dy.UInt64()


# ── tag ─────────────────────────────────────────────────────────────────────────────────────────
class TaggedReport(dy.Schema):
    """What kind of document a text is (a flag, never an exclusion), and the text that was read."""

    record_id = dy.String(primary_key=True)
    kind = dy.Enum(("primary", "review", "protocol", "report", "news", "unknown"))
    text = dy.String()


class SuggestedTag(dy.Schema):
    """One suggested tag with its evidence: ``text[start:end] == sentence``, in code points."""

    record_id = dy.String()
    domain = dy.String()
    level = dy.String(nullable=True)
    polarity = dy.Enum(("barrier", "facilitator", "unspecified"))
    sentence = dy.String()
    start = dy.UInt32()
    end = dy.UInt32()
    phrase = dy.String()
    phrase_start = dy.UInt32()
    phrase_end = dy.UInt32()
    recommendation = dy.Bool()
    why = dy.String()  # the rule that set the polarity, in words


class EvidenceCell(dy.Schema):
    """One cell of the evidence map, empty ones included: counts are of studies, not of reports."""

    domain = dy.String()
    level = dy.String(nullable=True)  # None where nothing says at which level the factor sits
    polarity = dy.Enum(("barrier", "facilitator", "unspecified"))
    n_studies = dy.UInt32()
    study_ids = dy.List(dy.String())  # sorted, distinct


class CodeAgreement(dy.Schema):
    """How far two coders agree on one code before reconciliation, over the units both have read.

    Coefficients are null where they are undefined: a code that nobody or everybody used.
    """

    code = dy.String(primary_key=True)
    n_units = dy.UInt32()
    n_both = dy.UInt32()
    n_first_only = dy.UInt32()
    n_second_only = dy.UInt32()
    n_neither = dy.UInt32()
    kappa = dy.Float64(nullable=True)
    kappa_low = dy.Float64(nullable=True)
    kappa_high = dy.Float64(nullable=True)
    alpha = dy.Float64(nullable=True)
    alpha_low = dy.Float64(nullable=True)
    alpha_high = dy.Float64(nullable=True)


# ── report ──────────────────────────────────────────────────────────────────────────────────────
class Removal(dy.Schema):
    """A citation taken out before screening, by a metadata rule or in bulk by a person."""

    citation_id = dy.String(primary_key=True)
    # the third: unread under a certificate, where the review counts them inside "screened"
    box = dy.Enum(("excluded_automatic", "excluded_other", "records_excluded"))
    reason = dy.String()  # the rule's name, or the person's words
    event = dy.UInt64(nullable=True)


class KnownItem(dy.Schema):
    """A key publication of the protocol, and the databases that found it: none is a gap."""

    key_paper = dy.String(primary_key=True)  # as review.toml names it
    kind = dy.Enum(("doi", "title"))  # what it was looked up by
    citation_ids = dy.List(dy.String())  # sorted; several where a title is shared
    title = dy.String(nullable=True)  # as found
    databases = dy.List(dy.String())  # sorted


class FlowRow(dy.Schema):
    """One unit counted in one box of the flow. A count is the number of such rows."""

    box = dy.String()  # a key of the PRISMA2020 R package, or "awaiting"
    name = dy.String(nullable=True)  # the member of a list: a database, a reason, a stage
    unit = dy.Enum(("entry", "record", "citation", "report", "study"))
    id = dy.String()
    title = dy.String(nullable=True)
    source = dy.String(nullable=True)  # database(s) it came from
    event = dy.UInt64(nullable=True)  # the ledger event that put it there
