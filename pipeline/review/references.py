"""What the ledger refers to outside itself: accepted frames, exports, full texts.

One place that knows it, for whoever checks a review or packs it up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.events import EVENT_TYPES, Event, ExportFile, SampleDrawn, SearchAdded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.store import Ledger

__all__ = ["FRAME_FIELDS", "referred_files", "referred_frames"]

_OTHERWISE_NAMED: Final[dict[type[Event], tuple[str, ...]]] = {SampleDrawn: ("places",)}


def _frame_fields(kind: type[Event]) -> tuple[str, ...]:
    named = (one for one in kind.model_fields if one == "frame" or one.endswith("_frame"))
    return (*named, *_OTHERWISE_NAMED.get(kind, ()))


FRAME_FIELDS: Final = {
    kind: fields for kind in EVENT_TYPES.values() if (fields := _frame_fields(kind))
}
"""The fields of events that name a frame, by kind: ``frame``, ``…_frame`` and few others."""

_FILE_KINDS: Final = tuple(
    kind
    for kind in EVENT_TYPES.values()
    if {"file", "file_sha256"} <= set(kind.model_fields) or "text_sha256" in kind.model_fields
)


def referred_frames(ledger: Ledger) -> Iterator[tuple[int, str]]:
    """Yield the event and the name of every frame that the ledger refers to; each frame once."""
    seen: set[str] = set()
    for recorded in ledger.read(*FRAME_FIELDS):
        for field in FRAME_FIELDS[type(recorded.event)]:
            name = getattr(recorded.event, field)
            if name is not None and name not in seen:
                seen.add(name)
                yield recorded.seq, name


def referred_files(ledger: Ledger) -> Iterator[ExportFile]:
    """Yield every file that the ledger refers to, exports and texts, with its latest hash."""
    latest = {
        file.file: file
        for recorded in ledger.read(SearchAdded, *_FILE_KINDS)
        for file in _files_of(recorded.event)
    }
    yield from latest.values()


def _files_of(event: Event) -> tuple[ExportFile, ...]:
    if isinstance(event, SearchAdded):
        return event.files
    fields = dict(event)
    named = ((fields.get("file"), fields.get("file_sha256")), _text_of(fields.get("text_sha256")))
    return tuple(ExportFile(file=file, sha256=digest) for file, digest in named if file and digest)


def _text_of(digest: str | None) -> tuple[str | None, str | None]:
    """Return where the plain text lies that a tag refers to, and its hash."""
    return (f"texts/{digest}.txt", digest) if digest else (None, None)
