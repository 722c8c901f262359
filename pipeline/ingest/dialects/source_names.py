"""What databases and platforms are called: by people, by exports, in links.

One table each: the usual name, then everything else that means it. Case, punctuation, years in
angle brackets and what follows "via" do not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DATABASE_NAMES", "PLATFORM_NAMES"]

DATABASE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "Medline": (
        "medline", "pubmed", "med", "medp", "medc", "medl", "mesx", "mesz", "medall", "ppez",
        "prem", "pmnm", "mem", "cmedm", "mdc", "nlm", "ovid medline", "medline all",
        "ovid medline all", "medline complete", "medline with full text",
        "medline epub ahead of print", "pubmed medline",
    ),
    "Embase": (
        "embase", "emez", "emed", "oemezd", "emcz", "emexb", "embase classic",
        "embase classic embase", "embase.com", "excerpta medica",
    ),
    "Scopus": ("scopus", "elsevier scopus"),
    "PsycInfo": (
        "psycinfo", "apa psycinfo", "psyc", "psyh", "psycinfo ovid", "psyb", "psychinfo",
        "psych info", "psyn",
    ),
    "PsycArticles": ("psycarticles", "apa psycarticles", "pdh", "paovftt"),
    "PsycTests": ("psyctests", "apa psyctests", "pst"),
    "Web of Science": (
        "web of science", "wos", "web of science core collection", "wos core", "isi",
        "web of knowledge", "ssci", "sci expanded", "science citation index",
    ),
    "Google Scholar": ("google scholar", "gs", "scholar", "gscholar"),
    "CENTRAL": (
        "central", "cctr", "cochrane central", "cctrwcochrane central register",
        "cochrane central register of controlled trials", "cochrane trials",
        "ebm reviews cochrane central register of controlled trials",
    ),
    "CDSR": (
        "cdsr", "coch", "cochrane database of systematic reviews", "cochrane reviews",
        "ebm reviews cochrane database of systematic reviews",
    ),
    "Cochrane Library": ("cochrane", "cochrane library", "the cochrane library"),
    "CINAHL": (
        "cinahl", "c8h", "ccm", "rzh", "cin20", "cinahl plus", "cinahl complete", "jlh",
        "cinahl plus with full text", "cinahl with full text", "cinahl ultimate", "nrc",
    ),
    "ERIC": ("eric", "ericovid", "education resources information center"),
    "Academic Search": (
        "aph", "a9h", "asn", "asx", "academic search", "academic search premier",
        "academic search complete", "academic search ultimate", "academic search elite", "afh",
    ),
    "Business Source": (
        "bth", "buh", "bsh", "bsu", "business source premier", "business source complete",
        "business source ultimate",
    ),
    "Environment Index": ("egh", "eih", "environment complete", "environment index", "8gh"),
    "GreenFILE": ("8gh", "greenfile"),
    "SocINDEX": ("sih", "snh", "socindex", "socindex with full text"),
    "EconLit": ("ecn", "eoh", "econlit", "econ"),
    "CAB Abstracts": ("cab", "caba", "cab abstracts", "lah", "cabi"),
    "Global Health": ("cagh", "lhh", "global health", "glh"),
    "AMED": ("amed", "amd", "allied and complementary medicine"),
    "HMIC": ("hmic", "health management information consortium"),
    "Social Policy and Practice": ("spap", "social policy and practice"),
    "Maternity and Infant Care": ("mwic", "maternity and infant care"),
    "Emcare": ("emcr", "emcare", "ovid emcare"),
    "Health and Psychosocial Instruments": ("hapi", "health and psychosocial instruments"),
    "Books@Ovid": ("books", "books@ovid"),
    "Journals@Ovid": ("ovftq", "ovft", "ovftr", "yrovft", "journals@ovid", "ovfts"),
    "International Political Science Abstracts": (
        "ipsa", "international political science abstract",
        "international political science abstracts",
    ),
    "Zoological Record": ("zoor", "zoorec", "zoological record"),
    "BIOSIS": ("bci", "biosis", "bios", "biosis previews", "biosis citation index", "bioba"),
    "Inspec": ("inspec", "insz"),
    "FSTA": ("fsta",),
    "KCI": ("kjd", "kci"),
    "SciELO": ("scielo",),
    "RSCI": ("rsci",),
    "Current Contents": ("ccc",),
    "LILACS": ("lilacs",),
    "Lens": ("lens", "the lens", "lens.org"),
    "Dimensions": ("dimensions", "dimensions.ai"),
    "OpenAlex": ("openalex",),
    "PubMed Central": ("pmc", "pubmed central", "europe pmc"),
    "ClinicalTrials.gov": ("clinicaltrials.gov", "ctgov", "nct", "clinicaltrials", "ct.gov"),
    "WHO ICTRP": ("ictrp", "who ictrp"),
    "IEEE Xplore": ("ieee", "ieee xplore"),
    "ACM Digital Library": ("acm", "acm digital library"),
    "MDPI": ("mdpi",),
    "ASSIA": (
        "assia", "applied social sciences index abstracts assia",
        "applied social sciences index and abstracts",
    ),
    "Sociological Abstracts": ("sociological abstracts", "socabs"),
    "Social Services Abstracts": ("social services abstracts",),
    "PTSDpubs": ("ptsdpubs", "pilots", "published international literature on traumatic stress"),
    "ProQuest Dissertations & Theses": (
        "pqdt", "proquest dissertations theses global", "proquest dissertations theses",
        "dissertations",
    ),
    "arXiv": ("arxiv",),
    "SSRN": ("ssrn",),
    "Semantic Scholar": ("semantic scholar",),
    "Crossref": ("crossref",),
}  # fmt: skip
"""The usual name of a database and its other names, with the codes of Ovid and EBSCOhost."""

PLATFORM_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "PubMed": ("pubmed", "ncbi", "nlm"),
    "Ovid": ("ovid", "ovidsp", "ovid technologies", "wolters kluwer ovid"),
    "Embase.com": ("embase.com", "embase", "elsevier embase"),
    "EBSCOhost": ("ebscohost", "ebsco"),
    "ProQuest": ("proquest",),
    "Web of Science": ("web of science", "wos", "clarivate", "web of knowledge"),
    "Cochrane Library": ("cochrane library", "cochrane", "wiley", "the cochrane library"),
    "Scopus": ("scopus", "elsevier"),
    "Google Scholar": ("google scholar", "scholar"),
    "Publish or Perish": ("publish or perish", "pop", "harzing"),
    "Lens": ("lens", "lens.org", "the lens"),
    "Dimensions": ("dimensions",),
    "OpenAlex": ("openalex",),
    "ClinicalTrials.gov": ("clinicaltrials.gov", "ctgov"),
    "WHO ICTRP": ("who ictrp", "ictrp"),
    "IEEE Xplore": ("ieee xplore", "ieee"),
    "MDPI": ("mdpi",),
    "EndNote": ("endnote",),
    "Zotero": ("zotero",),
    "Mendeley": ("mendeley",),
    "RefWorks": ("refworks",),
    "Citavi": ("citavi",),
    "Rayyan": ("rayyan",),
    "Covidence": ("covidence",),
    "EPPI-Reviewer": ("eppi-reviewer", "eppi", "eppi reviewer"),
    "ASReview": ("asreview",),
    "Wanfang": ("wanfang",),
}  # fmt: skip
"""The usual name of a platform or tool and its other names."""
