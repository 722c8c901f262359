"""Bring records to comparable fields: one row per record, in the order given.

What differs between two exports of the same publication is mostly form: page ranges cut short
(``221-8``), authors with or without commas, volumes with a supplement in them, dates that a
spreadsheet made of page numbers (``06-Oct``), DOIs with a resolver in front. Everything here is a
polars expression over a whole column, because a million records are normalised before any two of
them are compared.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.dedupe.text import letters, plain, presence, repair_mojibake, words

__all__ = ["ABSTRACT_LENGTH", "normalise"]

ABSTRACT_LENGTH: Final = 400  # characters compared; more costs time and tells no pair apart
_NOT_ITS_OWN: Final = (  # said about the record, not part of its title
    r"(?i)\[\s*(?:erratum|errata|corrected|correction|retract\w*|see comments?|comment|review|"
    r"republished|summary|letter|abstract|news|editorial)\b[^\]]*\]?"
    r"|\(\s*(?:structured|provisional|brief) (?:abstract|record)\s*\)"
    r"|\(author'?s transl\.?\)|\bLA:? ?[A-Z][a-z]{2}\b|^retracted(?: article)?\s*[:.-]\s*"
)
_MARKUP: Final = r"(?:<|&lt;)/?[a-zA-Z][^<>&]{0,40}(?:>|&gt;)"
_LANGUAGE: Final = (
    r"\s\[(?:\w+ (?:and|&) )?(?:english|german|french|spanish|italian|portuguese|russian|chinese|"
    r"japanese|korean|turkish|polish|czech|dutch|danish|swedish|norwegian|finnish|hungarian|"
    r"hebrew|arabic|persian|greek|croatian|serbian|romanian|ukrainian|slovak)\]\.?$"
)
_ROMAN: Final = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
}
_NUMBER: Final = r"\d+|\b(?:ii|iii|iv|vi|vii|viii|ix)\b"
_KINDS: Final = {  # what a title says the text is; two records that differ here are not one text
    "erratum": r"\b(?:erratum|errata|corrigend\w+|correction (?:to|of)|correction$|^correction\b)",
    "retraction": r"^retraction\b|\bretraction (?:of|notice|note)\b",
    "reply": r"\breply\b|\brepl(?:y|ies) to\b|^(?:authors? )?response (?:to|from)\b|\brebuttal\b"
    r"|\b(?:a|our|authors?|editors?) response to\b|^in response\b|\brejoinder\b|\bresponse$",
    "comment": r"\bcomment(?:s|ary)? (?:on|to)\b|^re \b|\bdiscussion of\b",
    "protocol": r"\bprotocols?\b",
    "part": r"\bparts? (?:\d+|[ivx]+|one|two|three|four|a|b)\b",
    "summary": r"\bexecutive summary\b",
}
_PARTICLES: Final = (
    r"^(?:(?:de|van|von|vander|vanden|der|den|la|le|les|el|al|di|da|do|dos|das|del|della|dalla|"
    r"dello|ten|ter|te|st|mc|mac|o|d|l|zu|zur|bin|ben|abu|jr)\s+)+"
)
_MONTHS: Final = {
    month: str(number)
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_EXCEL_DATE: Final = r"^(?:\d{1,2}-[a-z]{3}|[a-z]{3}-\d{1,2})$"
_ONLY_END: Final = r"^suppl?[a-z.]*-+[a-z]?\d+$"  # "Suppl-29" for S417-S429: the first page is lost
_ROMAN_PAGES: Final = r"^([ivxlc]+)(?:-+([ivxlc]+))?$"
_BETWEEN_NAMES: Final = r"\s+[-–:=/]+\s+|[;:=\[\]\"]+"  # of one journal: subtitle, translation
_BAR: Final = "xbarx"  # stands for the bar while everything that is no letter is taken out
_DOI: Final = r"(10\.\d{4,9}/[^\s\"<>]+)"
_PREPRINT_DOI: Final = (  # registrants that publish preprints only
    r"10\.(?:1101/20\d\d|1101/\d{6}|2139/ssrn|48550/arxiv|21203/rs|31234/osf|31219/osf|20944/preprints"
    r"|26434/chemrxiv|22541/au|36227/techrxiv)"
)
_PREPRINT_SERVER: Final = (
    r"\b(?:arxiv|biorxiv|medrxiv|ssrn|psyarxiv|preprints?|research square|chemrxiv|osf)\b"
)
_ABSTRACT_LABEL: Final = (
    r"^(?:abstract|background|objectives?|aims?|purpose|introduction|context|importance|summary|"
    r"and|of|the|study|review) "
)


def normalise(records: pl.DataFrame) -> pl.DataFrame:
    """Return the comparable fields of the records, one row each in the order given.

    Parameters
    ----------
    records
        Records as `pipeline.schemas.Record` shapes them.

    Returns
    -------
        ``record_id`` and plain-text fields; a field that is empty or damaged is null.

    >>> import polars as pl
    >>> from pipeline.dedupe import read_records_table
    >>> table = pl.DataFrame({"record_id": ["a"], "title": ["[Der Schmerz]"], "pages": ["221-8"]})
    >>> normalise(read_records_table(table)).select("title", "page_first", "page_last").row(0)
    ('der schmerz', '221', '228')
    """
    sound = records.with_columns(
        pl.col("title", "abstract", "journal").map_batches(repair_mojibake, return_dtype=pl.String),
        plain(presence(pl.col("volume", "issue", "pages"))),  # once: each mention is computed anew
    )
    return (
        sound.select(
            "record_id",
            **_title_fields(),
            **_place_fields(),
            year=pl.col("year"),
            journal=_journals(sound),
            doi=_doi(),
            abstract=_abstract(),
            is_preprint=_is_preprint(),
        )
        .hstack(_author_fields(sound))
        .with_columns(title_key=letters(pl.col("title")))
        .with_columns(
            numbers=_numbers(pl.col("title")),
            kinds=_kinds(pl.col("title")),
            page_last=_last_page(),
        )
        .drop("page_end")
    )


def _title_fields() -> dict[str, pl.Expr]:
    raw = presence(pl.coalesce(presence(pl.col("title")), pl.col("original_title")))
    bare = raw.str.replace_all(_MARKUP, "")  # else a note in brackets is not known for one
    stripped = bare.str.replace_all(_NOT_ITS_OWN, "").str.replace(f"(?i){_LANGUAGE}", "")
    return {"title": words(stripped)}


def _numbers(title: pl.Expr) -> pl.Expr:
    found = title.str.extract_all(_NUMBER)
    plain_numbers = found.list.eval(pl.element().replace(_ROMAN).str.strip_chars_start("0"))
    return plain_numbers.list.sort().list.join(" ").fill_null("")


def _kinds(title: pl.Expr) -> pl.Expr:
    said = [
        pl.when(title.str.contains(pattern)).then(pl.lit(kind)) for kind, pattern in _KINDS.items()
    ]
    return pl.concat_str(said, separator=" ", ignore_nulls=True)


def _author_fields(records: pl.DataFrame) -> pl.DataFrame:
    """Take the family names from one long column of names: a list per row is slow."""
    names = records.select(name="authors").with_row_index("row").explode("name").drop_nulls()
    families = names.join(_family_names(names["name"]), on="name", maintain_order="left")
    by_row = families.group_by("row", maintain_order=True).agg(
        first_author=pl.col("family").first(),
        authors=pl.col("family").str.join(" "),
        n_authors=pl.len().cast(pl.Int32),
    )
    rows = records.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    return rows.join(by_row, on="row", how="left", maintain_order="left").drop("row")


def _family_names(names: pl.Series) -> pl.DataFrame:
    """One family name for each distinct name, whichever way round it is written."""
    distinct = (
        names.unique()
        .to_frame("name")
        .with_columns(written=pl.col("name").str.strip_chars(' .,;"'))
    )
    has_comma = pl.col("written").str.contains(",", literal=True)
    inverted = distinct.filter(has_comma).select(
        "name", family=words(pl.col("written").str.replace(",", " ", literal=True))
    )
    straight = distinct.filter(~has_comma).select("name", family=words(_before_initials()))
    bare = pl.col("family").str.replace(_PARTICLES, "")
    kept = pl.when(bare != "").then(bare).otherwise("family")
    return (
        pl.concat([inverted, straight])
        .select("name", family=kept.str.splitn(" ", 2).struct.field("field_0"))
        .drop_nulls()
    )


def _before_initials() -> pl.Expr:
    """Take what stands before trailing initials (``Ek AB``), else the last word (``Ada Ek``)."""
    written = pl.col("written")
    return pl.coalesce(
        written.str.extract(r"^(.+?)\s+(?:\p{Lu}\.?[\s-]?){1,4}$"), written.str.extract(r"(\S+)$")
    )


def _place_fields() -> dict[str, pl.Expr]:
    pages = pl.col("pages").str.replace_all(r"[–—−]+", "-")
    dated = pl.when(pages.str.contains(_EXCEL_DATE)).then(pages.str.replace_many(_MONTHS))
    clean = (
        pl.coalesce(dated, pages).str.replace_all(r"\s+|-(?:-+)", "-").str.replace_all("-+", "-")
    )
    whole = pl.when(~clean.str.contains(_ONLY_END)).then(clean)
    first = pl.coalesce(whole.str.extract(r"^[^\d]*?([a-z]*\d+)"), clean.str.extract(_ROMAN_PAGES))
    end = whole.str.extract(r"^[a-z.]*-?[a-z]*\d+[a-z]*-+([a-z]*\d+)")
    return {
        "volume": _first_number(pl.col("volume")),
        "issue": _first_number(pl.col("issue")),
        "page_first": _page(first),
        "page_end": _page(pl.coalesce(end, clean.str.extract(_ROMAN_PAGES, 2))),
    }


def _page(column: pl.Expr) -> pl.Expr:
    return column.str.replace(r"^([a-z]*)0+(\d)", "$1$2")


def _first_number(text: pl.Expr) -> pl.Expr:
    """Take the number of a volume or issue; ``2)`` is the tail of a supplement, not a volume."""
    dated = pl.when(text.str.contains(_EXCEL_DATE)).then(text.str.replace_many(_MONTHS))
    whole = pl.coalesce(dated, text)
    is_tail = whole.str.contains(r"^[^(]*\)$")
    return pl.when(~is_tail).then(whole.str.extract(r"(\d+)").str.strip_chars_start("0"))


def _journals(records: pl.DataFrame) -> pl.Series:
    """Normalise each distinct name of a journal once."""
    name = pl.coalesce(presence(pl.col("journal")), presence(pl.col("journal_abbreviation")))
    names = records.select(name=name)
    distinct = names.unique().with_columns(journal=_journal(pl.col("name")))
    return names.join(distinct, on="name", how="left", maintain_order="left")["journal"]


def _journal(name: pl.Expr) -> pl.Expr:
    """Keep the names of a journal that is written with several, as ``one|other``."""
    short = name.str.replace(r"(?i)[.:]\s*conference:.*$", "").str.replace_all(r"\([^)]*\)", " ")
    marked = short.str.replace_all("&", " and ").str.replace_all(_BETWEEN_NAMES, " ||| ")
    text = words(marked.str.replace_all("|||", f" {_BAR} ", literal=True))
    bare = text.str.replace_all(r"\b(?:the|of|and|for|in|on|a|an|und|et|de|der|la|le)\b", "")
    spaced = bare.str.replace_all(rf"(?: *\b{_BAR}\b *)+", "|").str.replace_all(" +", " ")
    joined = spaced.str.strip_chars(" |")
    return pl.when(joined != "").then(joined)


def _doi() -> pl.Expr:
    found = pl.col("doi").str.to_lowercase().str.replace_all("%2f", "/").str.extract(_DOI)
    return found.str.replace(r"(?:/(?:abstract|full|pdf|epdf))?[.,;:)\]]*$", "")


def _abstract() -> pl.Expr:
    beginning = pl.col("abstract").str.strip_chars_start().str.slice(0, 2 * ABSTRACT_LENGTH)
    text = words(presence(beginning))
    for _ in range(2):
        text = text.str.replace(_ABSTRACT_LABEL, "")
    return text.str.slice(0, ABSTRACT_LENGTH)


def _is_preprint() -> pl.Expr:
    """Say whether the record is of a preprint server, by its DOI, place or type."""
    said = [
        pl.col("doi").str.to_lowercase().str.contains(_PREPRINT_DOI),
        pl.col("journal").str.to_lowercase().str.contains(_PREPRINT_SERVER),
        pl.col("entry_type").str.to_lowercase().str.contains("preprint"),
    ]
    return pl.any_horizontal(mark.fill_null(value=False) for mark in said)


def _last_page() -> pl.Expr:
    """Write the last page in full: ``221-8`` ends on 228."""
    first, end = pl.col("page_first"), pl.col("page_end")
    n_missing = first.str.len_chars().cast(pl.Int64) - end.str.len_chars().cast(pl.Int64)
    is_short = (n_missing > 0) & ~end.str.contains("[a-z]")
    expanded = pl.concat_str(first.str.slice(0, n_missing.clip(0)), end)
    return pl.when(is_short).then(expanded).otherwise(end)
