"""What is done with two records of one study that are not one publication: a review's own choice.

PRISMA 2020 calls only the same publication a duplicate. Everything else that belongs together (a
preprint and its article, an erratum and what it corrects) is linked by default: both are screened
and counted, and the link is shown as a suggestion. A review may merge a class instead (some teams
screen only the latest version of a Cochrane review) or leave it alone.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["POLICIES", "Policy", "RelationPolicies"]

Policy: TypeAlias = Literal["link", "merge", "ignore"]
POLICIES: Final = ("link", "merge", "ignore")


class RelationPolicies(BaseModel):
    """``[dedupe.policies]``: link (suggest, count both), merge (one citation) or ignore.

    >>> RelationPolicies.model_validate({"cochrane-version": "merge"}).named("merge")
    ('cochrane-version',)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    erratum: Policy = "link"
    retraction_notice: Policy = Field(default="link", alias="retraction-notice")
    reply: Policy = "link"
    protocol: Policy = "link"
    part: Policy = "link"
    preprint: Policy = "link"
    cochrane_version: Policy = Field(default="link", alias="cochrane-version")
    conference_abstract: Policy = Field(default="link", alias="conference-abstract")
    translation: Policy = "link"
    reprint: Policy = "link"

    def named(self, policy: Policy) -> tuple[str, ...]:
        """Return the relations for which this policy was chosen."""
        return tuple(
            name for name, chosen in self.model_dump(by_alias=True).items() if chosen == policy
        )
