"""A review that keeps itself up to date: runs by the clock, and again when people have decided.

One process serves one review. It starts a Prefect server on this machine unless ``PREFECT_API_URL``
names one, registers the flow with a cron schedule, and watches the ledger: decisions that were
saved anywhere (a notebook, the command line, another machine) become an event, and the event
triggers a run that ranks anew. Runs follow one another, never side by side. A run that was missed
while nothing was serving is caught up at the start.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.error import URLError
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from pipeline.errors import ContractError, InputError, StoreError
from pipeline.events import Decided, RunRecorded, sha256_of
from pipeline.review import Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "DECISIONS_SAVED",
    "is_run_missed",
    "serve_review",
    "server_for",
    "serving_address",
    "watch_decisions",
]

logger = logging.getLogger(__name__)

DECISIONS_SAVED: Final = "thresher.decisions.saved"
_SERVER_STARTS_SECONDS: Final = 600.0  # on a machine with much else to do
_ASK_AGAIN_SECONDS: Final = 0.5
_QUIET_SECONDS: Final = 20.0  # without a further decision, before a run is worth it
_WAIT_FOR_A_RUN_SECONDS: Final = 3600.0


def is_run_missed(
    cron: str, *, last_run: dt.datetime | None, now: dt.datetime, timezone: str = "UTC"
) -> bool:
    """Say whether the schedule wanted a run between the last one and now.

    Raises
    ------
    InputError
        The schedule or the time zone cannot be understood.

    >>> monday = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
    >>> is_run_missed("0 6 * * 1", last_run=monday - dt.timedelta(days=9), now=monday)
    True
    >>> is_run_missed("0 6 * * 1", last_run=monday, now=monday + dt.timedelta(days=6))
    False
    """
    try:
        zone = ZoneInfo(timezone)
        upcoming = CronSim(cron, (last_run or now).astimezone(zone))
    except (CronSimError, ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            "--cron", f"{error}", 'write it as "minute hour day month weekday"'
        ) from error
    return last_run is None or next(upcoming) <= now.astimezone(zone)


def serve_review(
    review: Path,
    *,
    cron: str | None,
    timezone: str = "UTC",
    quiet_seconds: float = _QUIET_SECONDS,
    on_ready: Callable[[str], None] = lambda _address: None,
) -> None:
    """Serve a review until the process is told to end.

    Parameters
    ----------
    review
        The review's folder.
    cron
        When to run, for example ``0 6 * * 1``: Mondays at six. None: run nothing here; only tell
        the server that is named of decisions, for deployments and workers of one's own.
    timezone
        Of the schedule.
    quiet_seconds
        How long nobody must have decided before decisions trigger a run.
    on_ready
        Told the address of Prefect's page.

    Raises
    ------
    InputError
        The schedule cannot be understood, or there is none and no server is named.
    StoreError
        Prefect's server does not start.
    """
    is_late = cron is not None and _is_late(review, cron, timezone)
    if cron is None and "PREFECT_API_URL" not in os.environ:
        raise InputError("PREFECT_API_URL", "is not set", "name the server, or give --cron")
    with serving_address() as address:
        os.environ["PREFECT_API_URL"] = address
        stop = threading.Event()
        watcher = threading.Thread(
            target=watch_decisions,
            args=(review, _emit_saved, stop),
            kwargs={"quiet_seconds": quiet_seconds},
            daemon=True,
        )
        watcher.start()
        on_ready(address.removesuffix("/api"))
        try:
            if cron is None:
                watcher.join()
            else:
                _serve(review, cron=cron, timezone=timezone, is_late=is_late)
        finally:
            stop.set()
            watcher.join(timeout=5)


def _is_late(review: Path, cron: str, timezone: str) -> bool:
    with Review.open(review) as opened:
        runs = opened.workspace.ledger.read(RunRecorded)
    last_run = runs[-1].at if runs else None
    return is_run_missed(cron, last_run=last_run, now=dt.datetime.now(dt.UTC), timezone=timezone)


def _serve(review: Path, *, cron: str, timezone: str, is_late: bool) -> None:
    from prefect import serve
    from prefect.deployments.runner import RunnerDeployment
    from prefect.events import DeploymentEventTrigger
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.review import review_flow

    deployment = review_flow.to_deployment(
        name=_deployment_name(review),
        schedule=Cron(cron, timezone=timezone),
        parameters={
            "review": str(review.resolve()),
            "wait_seconds": _WAIT_FOR_A_RUN_SECONDS,
            "fetches": True,  # what review.toml plans to fetch
        },
        triggers=[
            DeploymentEventTrigger(
                expect={DECISIONS_SAVED}, match={"prefect.resource.id": _resource(review)}
            )
        ],
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    if not isinstance(deployment, RunnerDeployment):
        raise ContractError("Prefect answered later than it was asked to")
    if is_late:
        threading.Thread(target=_catch_up, args=(review,), daemon=True).start()
    serve(deployment, limit=1, print_starting_message=False, pause_on_shutdown=False)


def _catch_up(review: Path) -> None:
    """Ask for the run that was missed, once the deployment is known to the server."""
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound

    until = time.monotonic() + _SERVER_STARTS_SECONDS
    while time.monotonic() < until:
        try:
            run_deployment(f"review/{_deployment_name(review)}", timeout=0)
        except ObjectNotFound:
            time.sleep(_ASK_AGAIN_SECONDS)
        else:
            return
    logger.error("%s: the run that was missed could not be asked for", review)


def watch_decisions(
    review: Path,
    on_saved: Callable[[Path, int], None],
    stop: threading.Event,
    *,
    quiet_seconds: float = _QUIET_SECONDS,
    ask_again_seconds: float = 2.0,
) -> None:
    """Tell of decisions that were saved, once nobody has decided for a while.

    Parameters
    ----------
    review
        The review's folder.
    on_saved
        Told the review and how many decisions were saved since it was last told.
    stop
        Ends the watch.
    quiet_seconds
        How long nothing must have been decided.
    ask_again_seconds
        Between two looks into the ledger.
    """
    with Review.open(review) as opened:
        ledger = opened.workspace.ledger
        told, n_seen, since = ledger.head().seq, 0, time.monotonic()
        while not stop.wait(ask_again_seconds):
            head = ledger.head().seq
            n = len(ledger.read(Decided, after=told))
            if n != n_seen:
                n_seen, since = n, time.monotonic()
            elif n and time.monotonic() - since >= quiet_seconds:
                on_saved(review, n)
                told, n_seen = head, 0


def _emit_saved(review: Path, n: int) -> None:
    from prefect.events import emit_event

    emit_event(
        DECISIONS_SAVED,
        resource={
            "prefect.resource.id": _resource(review),
            "thresher.review": str(review.resolve()),
        },
        payload={"decisions": n},
    )


def _resource(review: Path) -> str:
    return f"thresher.review.{sha256_of(str(review.resolve()))[:16]}"


def _deployment_name(review: Path) -> str:
    return f"{review.resolve().name}-{sha256_of(str(review.resolve()))[:8]}"


@contextmanager
def serving_address() -> Iterator[str]:
    """Yield the address of a Prefect server: the one that is named, or one of our own.

    Raises
    ------
    StoreError
        It does not start in time.
    """
    if named := os.environ.get("PREFECT_API_URL"):
        yield named
        return
    port = _free_port()
    address = f"http://127.0.0.1:{port}/api"
    log = Path(os.environ["PREFECT_HOME"]) / "server.log"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
    with log.open("ab") as out:
        server = subprocess.Popen([*command, "--port", str(port)], stdout=out, stderr=out)  # noqa: S603
    try:
        _await_server(address, server, log)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()


@contextmanager
def server_for(runner: str) -> Iterator[None]:
    """Give a flow whose tasks run in other processes one Prefect server for all of them.

    Otherwise each process would start a server of its own, on one database file.

    >>> with server_for("thread"):
    ...     os.environ.get("PREFECT_API_URL")
    """
    if runner == "thread" or "PREFECT_API_URL" in os.environ:
        yield
        return
    with serving_address() as address:
        os.environ["PREFECT_API_URL"] = address
        try:
            yield
        finally:
            del os.environ["PREFECT_API_URL"]


def _await_server(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _SERVER_STARTS_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):  # noqa: S310 - our own server
                return
        except (URLError, OSError):
            time.sleep(_ASK_AGAIN_SECONDS)
    raise StoreError("Prefect's server", "did not start", f"look into {log}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
