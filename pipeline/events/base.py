"""What every event is, and the one form in which it is hashed."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Event", "Sha256", "canonical_json", "sha256_of"]

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Event(BaseModel):
    """The base of all events: frozen, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str]


def canonical_json(value: object) -> str:
    """Serialise in the one form that hashes are taken over.

    >>> canonical_json({"b": [1, "é"], "a": None})
    '{"a":null,"b":[1,"é"]}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(text: str | bytes) -> str:
    """Return the SHA-256 of a text (as UTF-8) or of bytes, in hexadecimal.

    >>> sha256_of("thresher")[:12]
    '65ec10d0f8eb'
    """
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
