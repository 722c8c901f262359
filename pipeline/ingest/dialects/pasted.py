"""What the labels on pages of databases and catalogues mean, in the languages they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["ABSTRACT_HEADINGS", "BOILERPLATE", "LABELS"]

_LISTED: Final[tuple[tuple[str, Field | None], ...]] = (
    (
        ("title | article title | document title | titel | titre | título | titolo | 标题 | 题名"),
        "title",
    ),
    (
        (
            "author | authors | author(s) | main author | main authors | other authors | creator"
            " | creators | by | contributors | written by | autor | autoren | autores | auteur"
            " | auteurs | autori | verfasser | 作者"
        ),
        "author",
    ),
    (
        (
            "year | publication year | published | date | publication date | date published"
            " | first published | issue date | year of publication | pub date | published online"
            " | jahr | erscheinungsjahr | année | año | anno | 出版年 | 日期"
        ),
        "date",
    ),
    (
        (
            "journal | publication title | series | source | source title | published in"
            " | journal title | container title | is part of | in | zeitschrift | revue | revista"
            " | rivista | quelle | 来源 | 期刊"
        ),
        "journal",
    ),
    ("volume | band", "volume"),
    ("issue | number | heft", "issue"),
    ("pages | page range | seiten", "pages"),
    ("doi | d o i | digital object identifier | identifier | identifiers", "doi"),
    ("pmid | pubmed id", "pmid"),
    ("pmcid", "pmcid"),
    ("issn | issn(s) | eissn | e-issn | isbn", "issn"),
    (
        (
            "abstract | summary | description | zusammenfassung | kurzfassung | résumé | resumen"
            " | resumo | riassunto | 摘要"
        ),
        "abstract",
    ),
    (
        (
            "keyword | keywords | author keywords | subject | subjects | subject(s) | mesh terms"
            " | index terms | schlagwörter | schlagworte | mots-clés | palabras clave | 关键词"
        ),
        "keywords",
    ),
    ("language | language(s) | sprache | langue | idioma | lingua | 语种", "language"),
    ("link | url | online access | permalink | persistent link", "url"),
    (
        (
            "format | publisher | resource type | document type | item type | tags | saved in"
            " | bibliographic details | full description | affiliation | affiliations"
            " | author affiliations | author information | references | cited by | citations"
            " | similar articles | related articles | conflict of interest | funding | copyright"
            " | license | rights | full text links | actions | share | cite | favorites | metrics"
            " | publication types | substances | grant support | corresponding author | publication"
            " | article information | download | access | collections | 机构 | 中图分类号"
            " | 学科分类号 | 被引 | 参考文献 | 基金 | 收藏 | 引用 | 下载"
        ),
        None,
    ),
)
LABELS: Final[Mapping[str, Field | None]] = {
    label: field for labels, field in _LISTED for label in labels.split(" | ")
}
"""Labels, folded, and what follows them; None where nothing of use does."""

ABSTRACT_HEADINGS: Final = frozenset(
    {
        "background", "objective", "objectives", "aim", "aims", "purpose", "introduction",
        "context", "method", "methods", "design", "setting", "participants", "patients",
        "sample", "results", "findings", "conclusion", "conclusions", "discussion",
        "interpretation", "significance", "importance", "limitations", "implications",
        "hintergrund", "ziel", "methodik", "methoden", "ergebnisse", "schlussfolgerung",
        "contexte", "objectif", "méthodes", "résultats", "antecedentes", "objetivo", "métodos",
        "resultados", "conclusiones",
    }
)  # fmt: skip
"""How a paragraph of a structured abstract begins."""

BOILERPLATE: Final = frozenset(
    {
        "open access", "free article", "free access", "full access", "skip to main content",
        "sign in", "log in", "advanced search", "search results", "back to results", "save",
        "email", "send to", "display options", "abstract", "pdf", "view pdf", "research article",
        "original article", "original paper", "original research", "review article", "article",
        "systematic review", "randomized controlled trial", "clinical trial", "review",
        "meta-analysis", "editorial", "letter", "free pmc article", "full text", "check access",
        "export citation", "article menu", "first published", "home", "journals", "my account",
        "multicenter study", "observational study", "previous", "next", "print", "record 1 of 1",
        "qualitative study", "conference paper", "journal article", "peer-reviewed article",
    }
)  # fmt: skip
"""Lines of a page that are no title, folded."""
