"""The results section as Markdown: each domain and code with its studies and quotations.

It opens with what ENTREQ asks of a qualitative synthesis and the ledger knows (Tong et al. 2012,
doi 10.1186/1471-2288-12-181); what only people know stays a blank to fill in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report.markdown import escape_markdown
from pipeline.schemas.coding import POLARITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import dataframely as dy

    from pipeline.report.coding.evidence import CodingEvidence
    from pipeline.schemas.coding import Finding

__all__ = ["write_results_section"]

_QUOTES_SHOWN: Final = 3  # of one code and direction; the tables hold all of them
_BLANK: Final = "[to be written]"


def write_results_section(
    evidence: CodingEvidence, *, findings: dy.DataFrame[Finding], software: str
) -> str:
    """Return the results of the coding as Markdown.

    Parameters
    ----------
    evidence
        What was confirmed.
    findings
        What people stated, with the contributing studies.
    software
        Name and version.
    """
    lines = [
        "# Results of the coding",
        "",
        escape_markdown(evidence.caveat),
        "",
        *_methods(evidence, software),
        *_findings(evidence, findings),
    ]
    for domain, label in evidence.domains.items():
        lines += _domain(evidence, domain, label)
    return "\n".join([*lines, ""])


def _methods(evidence: CodingEvidence, software: str) -> Iterator[str]:
    read = ", ".join(f"{n} {source}s" for source, n in evidence.n_texts.items() if n) or "none"
    who = ", ".join(evidence.coders) or "nobody yet"
    inductive = evidence.codes.filter(pl.col("is_inductive")).height
    blind = "one coder a text" if evidence.n_blind == 1 else "two coders a text, blind"
    facts = (
        ("15 Software", software),
        ("16 Number of reviewers (coders)", f"{len(evidence.coders)}: {who}; {blind}"),
        ("17 Coding", f"{read} read to the end, sentence by sentence"),
        ("18 Study comparison", _BLANK),
        ("19 Derivation of themes", f"{evidence.codebook}; {inductive} codes made while coding"),
        ("20 Quotations", "below, each with its study and place"),
    )
    yield "## Methods, as ENTREQ asks"
    yield ""
    for name, fact in facts:
        yield f"- {name}: {escape_markdown(fact)}"
    yield ""


def _findings(evidence: CodingEvidence, findings: dy.DataFrame[Finding]) -> Iterator[str]:
    if findings.is_empty():
        return
    yield "## Findings"
    yield ""
    for row in findings.iter_rows(named=True):
        yield f"### {escape_markdown(row['statement'])}"
        yield ""
        yield f"- Contributing studies: {_cited(evidence, row['supporting_studies']) or 'none'}"
        if row["contradicting_studies"]:
            yield f"- Contradicting studies: {_cited(evidence, row['contradicting_studies'])}"
        if row["contexts"]:
            yield f"- Contexts: {escape_markdown('; '.join(row['contexts']))}"
        yield f"- Credibility (JBI): {row['credibility'] or _BLANK}"
        for said in row["cerqual"] or [f"components: {_BLANK}"]:
            yield f"- CERQual, {escape_markdown(said)}"
        why = f", because {row['confidence_rationale']}" if row["confidence_rationale"] else ""
        yield f"- Confidence: {escape_markdown((row['confidence'] or _BLANK) + why)}"
        yield ""


def _cited(evidence: CodingEvidence, studies: Sequence[str]) -> str:
    return escape_markdown("; ".join(evidence.citations.get(one, one) for one in studies))


def _domain(evidence: CodingEvidence, domain: str, label: str) -> Iterator[str]:
    mine = evidence.extracts.filter(pl.col("domain") == domain)
    yield f"## {escape_markdown(label)}"
    yield ""
    if mine.is_empty():
        yield "No study was tagged with it."
        yield ""
        return
    for code in evidence.codes.filter(pl.col("domain") == domain)["code"]:
        for polarity in POLARITIES:
            said = mine.filter((pl.col("code") == code) & (pl.col("polarity") == polarity))
            if said.height:
                yield from _code(evidence, code, polarity, said)


def _code(evidence: CodingEvidence, code: str, polarity: str, said: pl.DataFrame) -> Iterator[str]:
    studies = said["study_id"].unique(maintain_order=True).to_list()
    n = f"{len(studies)} {'study' if len(studies) == 1 else 'studies'}"
    yield f"**{escape_markdown(evidence.labels[code])}, {polarity}** ({n}: "
    yield f"{_cited(evidence, studies)})"
    yield ""
    shown = said.unique("study_id", keep="first", maintain_order=True).head(_QUOTES_SHOWN)
    columns = ("quote", "study_id", "extract_kind", "page")
    for quote, study_id, kind, page in shown.select(columns).iter_rows():
        place = f", p. {page}" if page else ""
        cited = evidence.citations.get(study_id, study_id)
        yield f"> “{escape_markdown(quote)}” ({escape_markdown(cited)}{place}; {kind})"
        yield ""
