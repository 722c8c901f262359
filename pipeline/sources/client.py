"""Asking a public service politely: not too often, again after a fault, and with a clear word.

Retries are those of stamina: exponential, with jitter, and as late as the service itself asks for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.errors import ContractError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    import httpx

__all__ = ["IncompletePageError", "PoliteClient"]

_TIMEOUT_SECONDS: Final = 60.0
_LONGEST_WAIT_SECONDS: Final = 60.0
_FAULTS: Final = frozenset({403, 408, 425, 429, 500, 502, 503, 504})  # worth asking again
_BAD_REQUEST: Final = 400


class IncompletePageError(Exception):
    """An answer that ends before its end; it is asked for again."""


@dataclass(slots=True)
class PoliteClient:
    """One conversation with a service.

    Parameters
    ----------
    service
        Its name, for messages.
    requests_per_second
        How often it may be asked.
    attempts
        How often one question is asked before giving up.
    first_wait_seconds
        The pause before the second attempt; each later one is twice as long.
    """

    service: str
    requests_per_second: float
    attempts: int = 6
    first_wait_seconds: float = 1.0
    _client: httpx.Client = field(init=False, repr=False)
    _last: float = field(init=False, default=float("-inf"), repr=False)

    def __post_init__(self) -> None:
        try:
            import httpx
            import stamina  # noqa: F401 - found missing here, not in the middle of a search
        except ImportError as error:
            raise InputError(
                self.service, "cannot be asked", "install the extra: thresher[search]"
            ) from error
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def post(self, url: str, fields: Mapping[str, str]) -> bytes:
        """Send a form and return the answer.

        Raises
        ------
        InputError
            The service cannot be reached, keeps failing, or refuses the question.
        """
        return self._ask("POST", url, fields)

    def get(self, url: str, fields: Mapping[str, str]) -> bytes:
        """Ask with the fields in the address and return the answer; errors as in `post`."""
        return self._ask("GET", url, fields)

    def _ask(self, method: str, url: str, fields: Mapping[str, str]) -> bytes:
        import httpx
        import stamina

        attempts = stamina.retry_context(
            on=_wait,
            attempts=self.attempts,
            timeout=None,
            wait_initial=self.first_wait_seconds,
            wait_max=_LONGEST_WAIT_SECONDS,
        )
        try:
            for attempt in attempts:
                with attempt:
                    return self._ask_once(method, url, fields)
        except httpx.HTTPStatusError as error:
            raise self._refused(error.response) from error
        except httpx.TransportError as error:
            raise InputError(
                self.service,
                f"cannot be reached ({type(error).__name__})",
                "check the connection and ask again; what was fetched is kept",
            ) from error
        raise ContractError("asking ended without an answer or an error")

    def _ask_once(self, method: str, url: str, fields: Mapping[str, str]) -> bytes:
        pause = self._last + 1 / self.requests_per_second - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._last = time.monotonic()
        sent = {"data": dict(fields)} if method == "POST" else {"params": dict(fields)}
        response = self._client.request(method, url, **sent)  # type: ignore[arg-type]
        response.raise_for_status()
        return response.content

    def _refused(self, response: httpx.Response) -> InputError:
        said = " ".join(response.text.split())[:200] or response.reason_phrase
        if response.status_code in _FAULTS:
            remedy = "ask again later; what was fetched is kept"
            return InputError(
                self.service, f"keeps failing ({response.status_code} {said})", remedy
            )
        return InputError(
            self.service, f"refuses the search ({response.status_code} {said})", "mend the strategy"
        )


def _wait(error: Exception) -> bool | float:
    """Say whether to ask again, or how many seconds to wait where the service says so."""
    import httpx

    if isinstance(error, httpx.TransportError):
        return True
    if not isinstance(error, httpx.HTTPStatusError) or error.response.status_code not in _FAULTS:
        return False
    said = error.response.headers.get("Retry-After", "")
    return min(float(said), _LONGEST_WAIT_SECONDS) if said.isdecimal() else True
