"""The columns of the registers of trials: data, no code."""

from __future__ import annotations

from typing import Final

from pipeline.ingest.dialects.table_shape import TableDialect, columns, marks

__all__ = ["CLINICAL_TRIALS", "ICTRP"]

CLINICAL_TRIALS: Final = TableDialect(
    name="clinicaltrials-gov",
    platform="ClinicalTrials.gov",
    database="ClinicalTrials.gov",
    marks=marks("nct number"),
    columns=columns(
        {
            "title": "study title | title",
            "abstract": "brief summary",
            "accession": "nct number",
            "date": "start date",
            "url": "study url | url",
            "keywords": "conditions | interventions",
            "publication_type": "study type",
            "note": "study status | status | acronym",
        }
    ),
    separators={"keywords": "|"},
)

ICTRP: Final = TableDialect(
    name="ictrp",
    platform="WHO ICTRP",
    database="WHO ICTRP",
    marks=marks("trialid | public title", "trialid | scientific title"),
    columns=columns(
        {
            "title": "public title | scientific title",
            "accession": "trialid",
            "date": "date registration3 | date registration",
            "url": "web address",
            "keywords": "condition | intervention",
            "publication_type": "study type",
            "corporate_author": "primary sponsor",
            "note": "recruitment status | source register | acronym",
        }
    ),
    separators={"keywords": ";"},
)
