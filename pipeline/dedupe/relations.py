"""Name what joins two records that are not one publication: a preprint and its article, an erratum.

The pairs are those that deduplication compared and did not merge. Each relation is a named
condition on the comparison and on the two records, tried in order; the first that holds names the
pair. It is a suggestion to a person who links the reports of one study, and counts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.dedupe.compare import compare
from pipeline.dedupe.normalise import normalise
from pipeline.registry import Registry
from pipeline.schemas.deduplication import RelatedPair

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Cluster, DuplicatePair, Record

__all__ = ["RELATED", "StudyRelation", "find_related"]

_CONFLICTS: Final = -1
_SAME_WORDS: Final = 0.98  # title similarity from which two titles are one
_LIKE_TITLE: Final = 0.85  # … and from which one may be the other, reworded for print
_ANNOUNCED: Final = 0.9  # containment: a title that names another one whole
_SAME_TEAM: Final = 0.7  # containment of the shorter list of authors in the longer
_SAME_ABSTRACT: Final = 0.8
_OTHER_JOURNAL: Final = 0.75  # similarity below which two names are two journals
_CONFERENCE: Final = r"(?i)\b(?:conference|meeting|congress|symposium)\b|^abstracts?\b"
_SUPPLEMENT: Final = r"(?i)\bsuppl|conference"
_SUPPLEMENT_PAGE: Final = r"(?i)^\s*s\d"

_shares_title: Final = pl.col("title_containment") >= _ANNOUNCED
_is_like_title: Final = pl.col("title_similarity") >= _LIKE_TITLE
_is_same_team: Final = pl.col("authors_containment") >= _SAME_TEAM
_is_team_or_unknown: Final = _is_same_team.fill_null(value=True)
_is_same_text: Final = (pl.col("title_similarity") >= _SAME_WORDS) & (
    pl.col("abstract_similarity").fill_null(1.0) >= _SAME_ABSTRACT
)
_is_elsewhere: Final = pl.col("journal_similarity") < _OTHER_JOURNAL
_speak_differently: Final = pl.col("language_left") != pl.col("language_right")


def _only_one(flag: str) -> pl.Expr:
    left, right = (pl.col(f"{flag}_{side}").fill_null(value=False) for side in ("left", "right"))
    return left ^ right


def _announces(kind: str) -> pl.Expr:
    return _only_one(f"says_{kind}") & _shares_title


@dataclass(frozen=True, slots=True)
class StudyRelation:
    """A named condition on a compared pair, and what it means."""

    name: str
    applies: pl.Expr
    why: str


RELATED: Final[Registry[StudyRelation]] = Registry(
    "study relation",
    [
        StudyRelation("erratum", _announces("erratum"), "one corrects the other"),
        StudyRelation("retraction-notice", _announces("retraction"), "one retracts the other"),
        StudyRelation(
            "reply",
            _announces("reply") | _announces("comment"),
            "one answers or comments on the other",
        ),
        StudyRelation(
            "protocol",
            _announces("protocol") & _is_team_or_unknown,
            "one is the protocol of the other",
        ),
        StudyRelation(
            "part",
            (_announces("part") | ((pl.col("numbers") == _CONFLICTS) & _is_like_title))
            & pl.col("says_part_left").fill_null(value=False)
            & _is_same_team,
            "two parts of one work",
        ),
        StudyRelation(
            "preprint",
            (pl.col("is_preprint") == _CONFLICTS) & _is_like_title & _is_team_or_unknown,
            "a preprint and the article",
        ),
        StudyRelation(
            "cochrane-version",
            pl.col("is_cochrane") & _is_like_title,
            "two versions of one Cochrane review",
        ),
        StudyRelation(
            "conference-abstract",
            _only_one("is_abstract") & _is_like_title & _is_same_team,
            "an abstract of a conference and the full paper",
        ),
        StudyRelation(
            "translation",
            _speak_differently.fill_null(value=False)
            & _is_same_team
            & ((pl.col("abstract_similarity") >= _SAME_ABSTRACT) | _is_like_title),
            "one text in two languages",
        ),
        StudyRelation(
            "reprint",
            _is_same_text & _is_same_team & _is_elsewhere,
            "one text in two places",
        ),
    ],
)
"""Every relation, the most telling first."""


def find_related(
    records: dy.DataFrame[Record],
    pairs: dy.DataFrame[DuplicatePair],
    *,
    clusters: dy.DataFrame[Cluster] | None = None,
) -> dy.DataFrame[RelatedPair]:
    """Return the compared pairs that belong together without being one publication.

    Parameters
    ----------
    records
        Every record that `pairs` names.
    pairs
        The evidence that deduplication kept.
    clusters
        The citation of each record, to leave out what was merged all the same.

    >>> from pipeline.dedupe import deduplicate, read_records_table
    >>> title = "Barriers to remote care in rural clinics"
    >>> table = pl.DataFrame({"record_id": ["a", "b"], "title": [title, f"Erratum: {title}"],
    ...     "authors": ["Ek A"] * 2, "year": ["2019"] * 2})
    >>> records = read_records_table(table)
    >>> find_related(records, deduplicate(records).pairs)["relation"].to_list()
    ['erratum']
    """
    apart = pairs if clusters is None else _across(pairs, clusters)
    if apart.is_empty():
        return RelatedPair.create_empty()
    compared = _compared(records, apart)
    named = [
        pl.when(one.applies.fill_null(value=False)).then(pl.lit(one.name))
        for one in RELATED.values()
    ]
    found = compared.with_columns(relation=pl.coalesce(named)).drop_nulls("relation")
    relation = pl.col("relation").cast(RelatedPair.create_empty().schema["relation"])
    return RelatedPair.validate(
        found.with_columns(relation).select(RelatedPair.column_names()).sort("left_id", "right_id")
    )


def _across(pairs: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    homes = [
        clusters.rename({"record_id": f"{side}_id", "citation_id": f"{side}_home"})
        for side in ("left", "right")
    ]
    with_homes = pairs.join(homes[0], on="left_id").join(homes[1], on="right_id")
    apart = with_homes.filter(pl.col("left_home") != pl.col("right_home"))
    return apart.drop("left_home", "right_home")


def _compared(records: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Compare the pairs once more, and put beside them what each record says it is."""
    ids = pl.concat([pairs["left_id"], pairs["right_id"]]).unique().sort()
    named = records.filter(pl.col("record_id").is_in(ids.implode())).sort("record_id")
    normalised = normalise(named)
    rows = dict(zip(named["record_id"], range(named.height), strict=True))
    numbered = pairs.select("left_id", "right_id", "probability").with_columns(
        left=pl.col("left_id").replace_strict(rows, return_dtype=pl.UInt32),
        right=pl.col("right_id").replace_strict(rows, return_dtype=pl.UInt32),
    )
    said = _said_of_itself(named, normalised)
    sides = [
        said[numbered[side]].select(pl.all().name.suffix(f"_{side}")) for side in ("left", "right")
    ]
    return pl.concat([compare(normalised, numbered), *sides], how="horizontal")


def _said_of_itself(named: pl.DataFrame, normalised: pl.DataFrame) -> pl.DataFrame:
    kinds = ("erratum", "retraction", "reply", "comment", "protocol", "part")
    types = pl.concat_list("publication_types", pl.concat_list("entry_type")).list.drop_nulls()
    marks = [
        types.list.eval(pl.element().str.contains(_CONFERENCE)).list.any(),
        pl.col("volume").str.contains(_SUPPLEMENT),
        pl.col("issue").str.contains(_SUPPLEMENT),
        pl.col("pages").str.contains(_SUPPLEMENT_PAGE),
        pl.col("journal").str.contains(r"(?i)\bconference\b"),
    ]
    return named.select(
        "language",
        is_abstract=pl.any_horizontal(mark.fill_null(value=False) for mark in marks),
    ).hstack(
        normalised.select(
            pl.col("kinds").fill_null("").str.contains(rf"\b{kind}\b").alias(f"says_{kind}")
            for kind in kinds
        )
    )
