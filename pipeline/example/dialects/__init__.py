"""The dialects in which the example is written: one file each, listed once in `DIALECTS`."""

from __future__ import annotations

from typing import Final

from pipeline.example.dialects.base import Dialect
from pipeline.example.dialects.embase_ris import EMBASE_RIS
from pipeline.example.dialects.psycinfo_ovid_ris import PSYCINFO_OVID_RIS
from pipeline.example.dialects.pubmed_nbib import PUBMED_NBIB
from pipeline.example.dialects.scholar import SCHOLAR_BIBTEX, SCHOLAR_CSV
from pipeline.example.dialects.scopus_csv import SCOPUS_CSV
from pipeline.example.dialects.scopus_ris import SCOPUS_RIS
from pipeline.example.dialects.wos_isi import WOS_ISI
from pipeline.registry import Registry

__all__ = ["DIALECTS", "Dialect"]

DIALECTS: Final[Registry[Dialect]] = Registry(
    "export dialect",
    [
        PUBMED_NBIB,
        EMBASE_RIS,
        SCOPUS_CSV,
        SCOPUS_RIS,
        PSYCINFO_OVID_RIS,
        WOS_ISI,
        SCHOLAR_BIBTEX,
        SCHOLAR_CSV,
    ],
)
