"""Shapes of the stop: where every citation stood when a check was drawn; what rankers list."""

from __future__ import annotations

from typing import Final

import dataframely as dy

__all__ = ["CHECK_ROLES", "CaptureCount", "CheckPlace"]

CHECK_ROLES: Final = ("judged", "drawn", "mixed-in", "unread")


class CheckPlace(dy.Schema):
    """One citation to screen when a check was drawn.

    Judged: somebody had decided on it, settled or not. Drawn: in the random sample. Mixed in: next
    in the order, set aside before the draw and read among the sample. Unread: the rest, from which
    (with the sample itself) the sample was drawn.
    """

    citation_id = dy.String(primary_key=True)
    role = dy.Enum(CHECK_ROLES)
    position = dy.UInt32(nullable=True)  # in the list to read, from 1; drawn and mixed in alone


class CaptureCount(dy.Schema):
    """How many relevant citations are listed by so many of the rankers of an ensemble."""

    n_rankers = dy.UInt32(primary_key=True, min=1)
    n_citations = dy.UInt32()
