"""The settings of an earlier time, where the ledger knows them.

Each run and each published version record what ``review.toml`` said; criteria are events of their
own. The numbers of an earlier day are counted by the rules of that day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.config import Criteria, ReviewConfig
from pipeline.events import CriteriaChanged, RunRecorded, VersionPublished, canonical_json

if TYPE_CHECKING:
    from pipeline.store import Ledger

__all__ = ["read_settings", "settings_in_force", "write_settings"]


def write_settings(config: ReviewConfig) -> str:
    """Return the settings as the ledger keeps them: all but where the ledger itself is."""
    return canonical_json(config.model_dump(mode="json", by_alias=True, exclude={"store"}))


def read_settings(text: str) -> ReviewConfig | None:
    """Return settings that the ledger kept; None where this version does not know them all."""
    try:
        return ReviewConfig.model_validate_json(text)
    except ValidationError:
        return None


def settings_in_force(ledger: Ledger) -> ReviewConfig | None:
    """Return the settings that were last recorded, with the criteria recorded since.

    None where no run and no version recorded any: ledgers of Thresher 0.1 did not.
    """
    settings: ReviewConfig | None = None
    for recorded in ledger.read(RunRecorded, VersionPublished, CriteriaChanged):
        event = recorded.event
        if isinstance(event, RunRecorded | VersionPublished) and event.settings:
            settings = read_settings(event.settings)
        elif isinstance(event, CriteriaChanged) and settings is not None:
            criteria = Criteria.model_validate_json(event.text)
            settings = settings.model_copy(update={"criteria": criteria})
    return settings
