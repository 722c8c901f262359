"""The export formats that Thresher reads: one file each, listed once in `FORMATS`.

They are asked in this order whether they recognise a content, so the telling ones come first and
plain tables last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ingest.formats.bibtex import BIBTEX
from pipeline.ingest.formats.cochrane_text import COCHRANE_TEXT
from pipeline.ingest.formats.csl_json import CSL_JSON
from pipeline.ingest.formats.delimited import CSV, TSV
from pipeline.ingest.formats.endnote_text import ENDNOTE_TEXT
from pipeline.ingest.formats.endnote_xml import ENDNOTE_XML
from pipeline.ingest.formats.enw import ENW
from pipeline.ingest.formats.isi import ISI
from pipeline.ingest.formats.json_records import JSON_RECORDS
from pipeline.ingest.formats.nbib import NBIB
from pipeline.ingest.formats.ovid_citation import OVID_CITATION
from pipeline.ingest.formats.ovid_tagged import OVID_TAGGED
from pipeline.ingest.formats.ovid_xml import OVID_XML
from pipeline.ingest.formats.pasted_text import PASTED_TEXT
from pipeline.ingest.formats.pubmed_abstract import PUBMED_ABSTRACT
from pipeline.ingest.formats.pubmed_xml import PUBMED_XML
from pipeline.ingest.formats.refworks import REFWORKS
from pipeline.ingest.formats.ris import RIS
from pipeline.ingest.formats.wos_tab import WOS_TAB
from pipeline.ingest.formats.xls import XLS
from pipeline.ingest.formats.xlsx import XLSX
from pipeline.registry import Registry

if TYPE_CHECKING:
    from pipeline.ingest.contract import Format

__all__ = ["FORMATS"]

FORMATS: Final[Registry[Format]] = Registry(
    "format",
    [
        PASTED_TEXT,
        RIS,
        NBIB,
        ISI,
        OVID_TAGGED,
        OVID_CITATION,
        COCHRANE_TEXT,
        REFWORKS,
        ENW,
        ENDNOTE_TEXT,
        PUBMED_ABSTRACT,
        PUBMED_XML,
        OVID_XML,
        ENDNOTE_XML,
        BIBTEX,
        WOS_TAB,
        XLSX,
        XLS,
        CSL_JSON,
        JSON_RECORDS,
        TSV,
        CSV,
    ],
)
