"""The boxes of the PRISMA 2020 flow diagram: their keys, their words, their templates.

Words are those of the official templates (Page et al. 2021, doi 10.1136/bmj.n71), keys those of
the PRISMA2020 R package (Haddaway et al. 2022, doi 10.1002/cl2.1230), so that the counts can be
handed to either. This file is the only place that spells them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pipeline.errors import UnknownNameError

__all__ = [
    "AWAITING_STAGES",
    "BOXES",
    "DECLARED_OPEN",
    "FLOW_TEMPLATES",
    "IDENTIFIED_BOXES",
    "NO_REASON",
    "Box",
    "Template",
    "find_template",
]

Template = Literal["new_v1", "new_v2", "updated_v1", "updated_v2"]
FLOW_TEMPLATES: Final[tuple[Template, ...]] = ("new_v1", "new_v2", "updated_v1", "updated_v2")

AWAITING_STAGES: Final = ("repair", "screening", "retrieval", "classification")
DECLARED_OPEN: Final = ("awaiting classification", "ongoing")  # open for good, in this version
NO_REASON: Final = "No reason given"  # an exclusion must show a reason, or that it has none


@dataclass(frozen=True, slots=True)
class Box:
    """One box, or one line of a box, of the flow diagram.

    Parameters
    ----------
    key
        The R package's name for it; ours where the package has none.
    label
        The words of the official template.
    heading
        What stands above the label when it is one line of several.
    """

    key: str
    label: str
    heading: str = ""

    @property
    def name(self) -> str:
        """The heading and the label as one phrase.

        >>> Box("duplicates", "Duplicate records removed", "Records removed").name
        'Records removed: Duplicate records removed'
        """
        return f"{self.heading}: {self.label}" if self.heading else self.label


_IDENTIFIED: Final = "Records identified from"
_REMOVED: Final = "Records removed before screening"

BOXES: Final[dict[str, Box]] = {
    box.key: box
    for box in (
        Box("previous_studies", "Studies included in previous version of review"),
        Box("previous_reports", "Reports of studies included in previous version of review"),
        Box("database_results", "Databases", _IDENTIFIED),
        Box("register_results", "Registers", _IDENTIFIED),
        Box("website_results", "Websites", _IDENTIFIED),
        Box("organisation_results", "Organisations", _IDENTIFIED),
        Box("citations_results", "Citation searching", _IDENTIFIED),
        Box("duplicates", "Duplicate records removed", _REMOVED),
        Box("excluded_automatic", "Records marked as ineligible by automation tools", _REMOVED),
        Box("excluded_other", "Records removed for other reasons", _REMOVED),
        Box("records_screened", "Records screened"),
        Box("records_excluded", "Records excluded"),
        Box("dbr_sought_reports", "Reports sought for retrieval"),
        Box("dbr_notretrieved_reports", "Reports not retrieved"),
        Box("dbr_assessed", "Reports assessed for eligibility"),
        Box("dbr_excluded", "Reports excluded"),
        Box("other_not_sought", "Records from other methods not sought"),
        Box("other_sought_reports", "Reports sought for retrieval"),
        Box("other_notretrieved_reports", "Reports not retrieved"),
        Box("other_assessed", "Reports assessed for eligibility"),
        Box("other_excluded", "Reports excluded"),
        Box("new_studies", "Studies included in review"),
        Box("new_reports", "Reports of included studies"),
        Box("new_reports_of_previous_studies", "New reports of previously included studies"),
        Box("withdrawn_studies", "Studies no longer included"),
        Box("withdrawn_reports", "Reports of studies no longer included"),
        Box("total_studies", "Total studies included in review"),
        Box("total_reports", "Reports of total included studies"),
        Box("awaiting", "Awaiting"),
    )
}

DATABASE_ARM_BOXES: Final = ("database_results", "register_results")
OTHER_ARM_BOXES: Final = ("website_results", "organisation_results", "citations_results")
IDENTIFIED_BOXES: Final = DATABASE_ARM_BOXES + OTHER_ARM_BOXES


def find_template(name: str) -> Template:
    """Return the template of that name.

    >>> find_template("new_v2")
    'new_v2'
    >>> find_template("new-v2")
    Traceback (most recent call last):
    ...
    pipeline.errors.UnknownNameError: flow template 'new-v2': is not known; did you mean 'new_v2'?
    """
    for template in FLOW_TEMPLATES:
        if template == name:
            return template
    raise UnknownNameError("flow template", name, FLOW_TEMPLATES)
