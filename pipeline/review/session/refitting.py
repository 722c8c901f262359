"""Learn again beside the reading: order, telling terms and outlook, in a process of their own.

A process, because a thread of the kernel would make the reviewer wait (next record at the 95th
percentile: 200 ms against 40 ms). It opens the review like anyone else and hands back plain values.
It keeps the texts' features between calls and goes down with the process that started it.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

from pipeline.errors import ReviewError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.review.session.learning import Refit

__all__ = ["Refitter", "RefittingProcess"]

_NICENESS: Final = 10  # the kernel and the browser come first


class RefittingProcess(ProcessPoolExecutor):
    """One process that learns at low priority.

    It ends at once when this is shut down, and when the process that made it ends, however it ends:
    what is learnt at that moment can be learnt again.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(max_workers=1, mp_context=context, initializer=_settle_in)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is inherited
        """End the process, and give the executor's threads back."""
        for process in (self._processes or {}).values():
            process.terminate()
        super().shutdown(wait, cancel_futures=cancel_futures)


def _settle_in() -> None:
    os.nice(_NICENESS) if hasattr(os, "nice") else None
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Watch the process that started this one: a killed kernel closes no pipe of ours."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


class Refitter:
    """Refits one after the other; requests made meanwhile become one.

    Parameters
    ----------
    task
        What learns; called in the executor.
    make_executor
        Makes the executor when the first refit is asked for, and anew where it broke.
    on_done
        Told what was learnt, or why nothing was; called from another thread.
    """

    def __init__(
        self,
        task: Callable[[], Refit],
        *,
        make_executor: Callable[[], Executor] = RefittingProcess,
        on_done: Callable[[Refit | ReviewError], None],
    ) -> None:
        self._task, self._make, self._on_done = task, make_executor, on_done
        self._lock = threading.Lock()
        self._executor: Executor | None = None
        self._is_running = self._is_asked_again = self._is_closed = False

    @property
    def is_running(self) -> bool:
        """Whether something is being learnt just now."""
        return self._is_running

    def request(self) -> None:
        """Ask for a refit with what is known by the time it starts."""
        with self._lock:
            if self._is_closed:
                return
            if self._is_running:
                self._is_asked_again = True
                return
            self._is_running = True
            future = self._submit()
        future.add_done_callback(self._finished)

    def close(self) -> None:
        """Learn no more; what is running is given up."""
        with self._lock:
            self._is_closed = True
            if self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)

    def _submit(self) -> Future[Refit]:
        try:
            self._executor = self._executor or self._make()
            return self._executor.submit(self._task)
        except BrokenExecutor:  # its process was killed: start another one
            self._executor = self._make()
            return self._executor.submit(self._task)

    def _finished(self, future: Future[Refit]) -> None:
        with self._lock:
            self._is_running = False
            is_asked_again, self._is_asked_again = self._is_asked_again, False
        if self._is_closed or future.cancelled():
            return
        self._on_done(_result(future))
        if is_asked_again:
            self.request()


def _result(future: Future[Refit]) -> Refit | ReviewError:
    error = future.exception()
    if error is None:
        return future.result()
    return error if isinstance(error, ReviewError) else ReviewError(f"learning stopped ({error!r})")
