"""Serve the screening card: JupyterLab on a notebook, or the card alone through Voilà.

Both listen on this machine only and ask for a token, which is handed over in the environment (a
command line can be read by every user of a machine). Nothing is fetched from elsewhere. For a team,
each reviewer gets a server, and with it a token, of their own; the app runs no code that a browser
sends, so a token speaks for one reviewer only.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, NotReadyError
from pipeline.store import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CARDS", "LOCAL", "ServedCard", "serve_cards", "wait_for_servers", "write_notebook"]

LOCAL: Final = "127.0.0.1"
CARDS: Final = {  # what can be served: the class, and what a notebook with it is called
    "screening": ("ScreeningCard", "Screening"),
    "conflicts": ("ConflictsCard", "Settling conflicts"),
}
_START_SECONDS: Final = 120.0  # a cold start on a slow disk
_STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.2
_CULL_SECONDS: Final = 3600
_JUPYTER: Final = Path(__file__).parent / "jupyter"  # a page for the app that fetches nothing


@dataclass(frozen=True, slots=True)
class ServedCard:
    """Where one reviewer's card is; whoever has the address may decide as that reviewer."""

    reviewer: str
    url: str
    notebook: Path


@dataclass(frozen=True, slots=True)
class _Server:
    served: ServedCard
    address: str
    port: int
    process: subprocess.Popen[bytes]


def write_notebook(review: Path, reviewer: str, *, is_app: bool, card: str = "screening") -> Path:
    """Write the notebook of a reviewer's card into the review's ``work`` folder.

    Parameters
    ----------
    review
        The review's folder.
    reviewer
        Who screens.
    is_app
        Leave out what explains the notebook: the app shows no code.
    card
        A name from `CARDS`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> write_notebook(Path(tempfile.mkdtemp()), "anna", is_app=True).name
    'anna-app.ipynb'
    """
    class_name, what = CARDS[card]
    parts = [reviewer, *([] if card == "screening" else [card]), *(["app"] if is_app else [])]
    path = review.resolve() / "work" / "screening" / f"{'-'.join(parts)}.ipynb"
    words = (
        f"# {what} as {reviewer}\n\n"
        "Run the next cell (Shift+Enter), click the card once, then use the keyboard; `?` shows "
        "the keys.\nEvery decision is in the ledger before the card calls it saved."
    )
    code = (
        "from pathlib import Path\n\n"
        "from pipeline.review import Review\n"
        f"from pipeline.widget import {class_name}\n\n"
        f"review = Review.open(Path({str(review.resolve())!r}))\n"
        f"{class_name}(review, reviewer={reviewer!r})"
    )
    cells = [{"cell_type": "markdown", "id": "about", "metadata": {}, "source": words}]
    cell = {"cell_type": "code", "id": "card", "metadata": {}, "source": code}
    notebook = {
        "cells": [*([] if is_app else cells), {**cell, "outputs": [], "execution_count": None}],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "title": f"{what} as {reviewer}",
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    write_bytes(path, json.dumps(notebook, indent=1).encode())
    return path


@contextmanager
def serve_cards(
    review: Path,
    reviewers: Sequence[str],
    *,
    is_app: bool,
    address: str,
    port: int | None,
    card: str = "screening",
) -> Iterator[list[ServedCard]]:
    """Serve a card for each reviewer until the block ends.

    Parameters
    ----------
    review
        The review's folder.
    reviewers
        One server each.
    is_app
        The card alone, through Voilà; else JupyterLab.
    address
        What to listen on.
    port
        Of the first server, the others follow; any free one where it is not given.
    card
        A name from `CARDS`.

    Raises
    ------
    InputError
        A port is taken, or code would be served beyond this machine.
    NotReadyError
        The extra ``ui`` is not installed, or a server did not start.
    """
    _require_parts(is_app=is_app, address=address)
    ports = [_port(address, None if port is None else port + n) for n in range(len(reviewers))]
    servers: list[_Server] = []
    try:
        for reviewer, one in zip(reviewers, ports, strict=True):
            notebook = write_notebook(review, reviewer, is_app=is_app, card=card)
            servers.append(_start(notebook, reviewer, is_app=is_app, address=address, port=one))
        for server in servers:
            _wait_until_open(server)
        yield [server.served for server in servers]
    finally:
        _stop(servers)


def wait_for_servers() -> None:
    """Wait until the user, or the system, ends the command."""

    def end(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


def _require_parts(*, is_app: bool, address: str) -> None:
    if address != LOCAL and not is_app:
        raise InputError(
            "--bind",
            "would let others run any code on this machine, through JupyterLab",
            "add --app: the card alone runs none",
        )
    needed = ("anywidget", "ipykernel", "voila" if is_app else "jupyterlab")
    if any(importlib.util.find_spec(name) is None for name in needed):
        raise NotReadyError("the notebook parts are missing: pip install 'thresher[ui]'")


def _port(address: str, asked: int | None) -> int:
    """Return a port that is free, the one asked for where there is one."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, asked or 0))
        except OSError as error:
            raise InputError(
                f"{address}:{asked or ''}",
                f"cannot be listened on ({error.strerror})",
                "choose another",
            ) from error
        return int(probe.getsockname()[1])


def _start(notebook: Path, reviewer: str, *, is_app: bool, address: str, port: int) -> _Server:
    token = secrets.token_urlsafe(24)
    arguments = _voila(notebook) if is_app else _jupyterlab(notebook)
    server = "Voila" if is_app else "ServerApp"
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [
            *(sys.executable, "-m", *arguments),
            *(f"--{server}.ip={address}", f"--{server}.port={port}"),
            *(f"--{server}.port_retries=0", f"--{server}.open_browser=False"),
        ],
        env=_environment(notebook.parent, token),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(notebook.parent / f"{notebook.stem}.log").open("wb"),
        start_new_session=True,  # Ctrl+C ends this command, which then ends the server
    )
    host = socket.gethostname() if address in ("0.0.0.0", "::") else address  # noqa: S104 - compared
    path = "/" if is_app else f"/lab/tree/{notebook.name}"
    served = ServedCard(reviewer, f"http://{host}:{port}{path}?token={token}", notebook)
    return _Server(served, address, port, process)


def _voila(notebook: Path) -> list[str]:
    return [
        "voila",
        str(notebook),
        "--Voila.auto_token=True",  # the one in the environment
        "--template=thresher",
        "--VoilaConfiguration.extension_denylist=@jupyter-notebook/lab-extension",
        f"--MappingKernelManager.cull_idle_timeout={_CULL_SECONDS}",  # of pages that were lost
    ]


def _jupyterlab(notebook: Path) -> list[str]:
    return [
        "jupyterlab",
        f"--ServerApp.root_dir={notebook.parent}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]


def _environment(folder: Path, token: str) -> dict[str, str]:
    """Pass the token unseen, prefer this environment's kernel, leave other workspaces alone."""
    return {
        **os.environ,
        "JUPYTER_TOKEN": token,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PATH": os.pathsep.join(
            filter(None, (str(_JUPYTER), os.environ.get("JUPYTER_PATH")))
        ),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".workspaces"),
    }


def _wait_until_open(server: _Server) -> None:
    host = LOCAL if server.address == "0.0.0.0" else server.address  # noqa: S104 - compared
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with socket.create_connection((host, server.port), timeout=_POLL_SECONDS):
                return
        except OSError:
            time.sleep(_POLL_SECONDS)
    log = server.served.notebook.with_suffix(".log")
    raise NotReadyError(f"the server of {server.served.reviewer} did not start: see {log}")


def _stop(servers: Sequence[_Server]) -> None:
    for server in servers:
        server.process.terminate()
    for server in servers:
        try:
            server.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.process.kill()
