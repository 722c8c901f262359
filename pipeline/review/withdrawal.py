"""A search that should not have been added is withdrawn: counted nowhere, its decisions kept.

Nothing is deleted. The export stays in its folder, the events stay in the ledger, and decisions on
its citations stand again as soon as another search brings the same records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import SearchWithdrawn
from pipeline.review.state import read_searches

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.review.workspace import Workspace

__all__ = ["withdraw_search"]


def withdraw_search(
    workspace: Workspace, search_id: str, *, reason: str, actor: str, now: dt.datetime
) -> None:
    """Withdraw a search, for a reason.

    Raises
    ------
    UnknownNameError
        There is no such search.
    InputError
        It was withdrawn already, or no reason is given.
    """
    searches = dict(read_searches(workspace.ledger).select("search_id", "is_withdrawn").iter_rows())
    if search_id not in searches:
        raise UnknownNameError("search", search_id, searches)
    if searches[search_id]:
        raise InputError(f"search {search_id}", "is withdrawn already", "add the exports again")
    if not reason.strip():
        raise InputError("--reason", "is empty", "say why the search is withdrawn")
    event = SearchWithdrawn(search_id=search_id, reason=reason.strip())
    uid = f"withdraw:{search_id}"  # two people at once withdraw it once
    workspace.ledger.append([event], actor=actor, now=now, uids=[uid])
