"""When a scheduled run fails, somebody is told: through a notification block of Prefect.

``THRESHER_NOTIFY`` names the block as Prefect does, for example ``custom-webhook/team`` or
``email-server-credentials/team``; without it Prefect's own page shows the failure.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun, State

__all__ = ["NOTIFY_VARIABLE", "tell_of_failure"]

NOTIFY_VARIABLE: Final = "THRESHER_NOTIFY"
logger = logging.getLogger(__name__)


async def tell_of_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Send what went wrong to the block that the environment names; the review is as it was."""
    from prefect.blocks.abstract import NotificationBlock
    from prefect.blocks.core import Block

    name = os.environ.get(NOTIFY_VARIABLE)
    if not name:
        return
    block: object = await Block.aload(name)
    if not isinstance(block, NotificationBlock):
        logger.error("%s is no notification block", name)
        return
    review = flow_run.parameters.get("review", "")
    body = f"{review}: {state.message}\nThe last good state stands; the next run tries again."
    await block.notify(body, subject=f"Thresher: {flow.name} failed")
