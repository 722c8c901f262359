"""The ledger of a review moves to another store; ``review.toml`` says where it is from then on."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.config import read_config
from pipeline.errors import InputError
from pipeline.review.workspace import STORE_VARIABLE
from pipeline.store import move_ledger, write_bytes

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.review.workspace import Workspace

__all__ = ["MovedLedger", "move_review", "write_store_url"]

OWN_FILE: Final = "sqlite"  # instead of an address: the file in the review's own folder
_STORE: Final = re.compile(r"^\[store\][^\S\n]*(?:#.*)?\n", re.MULTILINE)
_URL: Final = re.compile(r"^[^\S\n]*url[^\S\n]*=.*\n?", re.MULTILINE)
_PASSWORD: Final = re.compile(r"(?<=:)[^:@/]+(?=@)")


@dataclass(frozen=True, slots=True)
class MovedLedger:
    """Where the ledger was, where it is, and the hash that both end in."""

    was: str
    now: str
    n_events: int
    hash: str


def move_review(workspace: Workspace, url: str, *, actor: str, now: dt.datetime) -> MovedLedger:
    """Copy the ledger to another store, retire the old one, and write the address down.

    Parameters
    ----------
    workspace
        The review; open it again afterwards.
    url
        An SQLAlchemy URL, or ``sqlite`` for the file in the review's own folder.
    actor
        Who moves it.
    now
        The time of the event.

    Raises
    ------
    InputError
        The address holds a password, or the environment says where the ledger is.
    StoreError
        The new store cannot be used, or holds another ledger; the old one stays in force.
    """
    _require_plain(url)
    address = workspace.folder.ledger_url if url == OWN_FILE else url
    before = workspace.folder.config.read_text(encoding="utf-8")
    after = write_store_url(before, "" if url == OWN_FILE else url)
    read_config(after, where=str(workspace.folder.config))
    target = move_ledger(workspace.ledger, address, actor=actor, now=now)
    write_bytes(workspace.folder.config, after.encode())
    head = target.head()
    target.close()
    return MovedLedger(workspace.ledger.where, target.where, head.seq, head.hash)


def _require_plain(url: str) -> None:
    if _PASSWORD.search(url):
        raise InputError(
            "the ledger's url",
            "holds a password, which review.toml is no place for",
            "leave it out and put it in ~/.pgpass or PGPASSWORD",
        )
    if os.environ.get(STORE_VARIABLE):
        raise InputError(
            STORE_VARIABLE, "says where the ledger is", "unset it, move, and set it anew"
        )


def write_store_url(text: str, url: str) -> str:
    r"""Write the ledger's address into the text of a ``review.toml``; all else stays as it is.

    >>> write_store_url('[review]\ntitle = "a"\n\n[store]\n# where\nurl = ""\n', "sqlite:///x")
    '[review]\ntitle = "a"\n\n[store]\nurl = "sqlite:///x"\n# where\n'
    >>> write_store_url('[review]\ntitle = "a"\n', "sqlite:///x")
    '[review]\ntitle = "a"\n\n[store]\nurl = "sqlite:///x"\n'
    """
    line = f'url = "{url}"\n'
    header = _STORE.search(text)
    if header is None:
        return f"{text.rstrip()}\n\n[store]\n{line}"
    following = text.find("\n[", header.end())
    end = len(text) if following < 0 else following
    section = _URL.sub("", text[header.end() : end])
    return text[: header.end()] + line + section + text[end:]
