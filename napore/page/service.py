"""Answers for many clients from one solver: the newest request of each, a cache, and a bounded queue."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from .quantities import PageError

__all__ = ["KINDS", "Busy", "Service", "Superseded", "TooSlow", "in_daemon"]

KINDS: Final = ("simulate", "waterfall", "pulses")
"""Kinds of questions of the page, those that come first first."""

CLIENTS: Final = 4096
"""Clients whose newest request is remembered."""

Solve = Callable[[Any, Callable[[], bool]], bytes | None]
"""Answer to a question; asked whether it is still wanted, it may give up with None."""

T = TypeVar("T")


class Superseded(Exception):
    """A newer request of the same client came before the answer."""


class Busy(Exception):
    """So many requests wait that no more are taken."""


class TooSlow(Exception):
    """The answer was not ready in time."""


async def in_daemon(work: Callable[[], T]) -> T:
    """Result of work in a thread that Ctrl-C does not wait for, unlike those of an executor."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()  # the end of the loop cannot cancel it any more

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # given to who waits
            done.set_exception(error)

    threading.Thread(target=run, name="napore page", daemon=True).start()
    return await asyncio.wrap_future(done)


@dataclass(eq=False)
class _Job:
    client: str
    kind: str
    sequence: int
    question: Hashable
    done: "asyncio.Future[bytes | Exception]"

    def finish(self, found: bytes | Exception) -> None:
        if not self.done.done():
            self.done.set_result(found)


class Service:
    """One solver, and what waits for it; used from one event loop.

    PyBaMM's objects are not made for threads, and a newer request must not wait for older ones of the
    same client: only the newest waits, and one that is being solved is given up between half cycles.

    Parameters
    ----------
    solve
        How each kind of question is answered, those of earlier kinds first.
    waiting
        Requests that may wait.
    cached
        Answers that are kept.
    longest
        Time after which a client is told that it takes too long [s].
    """

    def __init__(
        self, solve: Mapping[str, Solve], *, waiting: int = 256, cached: int = 256, longest: float = 120.0
    ) -> None:
        self.longest = longest
        self._solve = dict(solve)
        self._bound, self._cached = waiting, cached
        self._waiting: dict[tuple[str, str], _Job] = {}
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._cache: OrderedDict[tuple[str, Hashable], bytes] = OrderedDict()
        self._closed = False
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, client: str, sequence: int, kind: str, question: Hashable) -> bytes:
        """Answer to the newest question of a client.

        Parameters
        ----------
        client
            Name that a client gave itself.
        sequence
            Number that grows with each change at the client.
        kind
            One of those that the service was made for.
        question
            What is asked.

        Raises
        ------
        Superseded
            Where a newer request of the client is known, before or after solving.
        Busy, TooSlow, PageError
            Where there is no place, no answer in time, or no answer to such a question.
        """
        if self._newest.get(client, sequence) > sequence:
            raise Superseded
        self._remember(client, sequence)
        for key, old in list(self._waiting.items()):
            if key == (client, kind) or (key[0] == client and self._is_old(old)):
                self._waiting.pop(key).finish(Superseded())
        if (kind, question) in self._cache:
            self._cache.move_to_end((kind, question))
            return self._cache[kind, question]
        if len(self._waiting) >= self._bound:
            raise Busy
        job = _Job(client, kind, sequence, question, asyncio.get_running_loop().create_future())
        self._waiting[client, kind] = job
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        try:
            found = await asyncio.wait_for(asyncio.shield(job.done), self.longest)
        except TimeoutError:
            raise TooSlow from None
        if isinstance(found, Exception):
            raise found
        return found

    def close(self) -> None:
        """Give up what is being solved."""
        self._closed = True

    def _remember(self, client: str, sequence: int) -> None:
        self._newest[client] = sequence
        self._newest.move_to_end(client)
        while len(self._newest) > CLIENTS:
            self._newest.popitem(last=False)

    def _is_old(self, job: _Job) -> bool:
        return self._closed or self._newest.get(job.client, job.sequence) > job.sequence

    async def _work(self) -> None:
        order = list(self._solve)
        while self._waiting:
            job = self._waiting.pop(min(self._waiting, key=lambda key: order.index(key[1])))
            found = self._cache.get((job.kind, job.question)) or await self._solved(job)
            if isinstance(found, bytes):
                self._cache[job.kind, job.question] = found
                while len(self._cache) > self._cached:
                    self._cache.popitem(last=False)
            job.finish(Superseded() if self._is_old(job) else found)
        self._worker = None

    async def _solved(self, job: _Job) -> bytes | Exception:
        try:
            found = await in_daemon(
                lambda: self._solve[job.kind](job.question, lambda: not self._is_old(job))
            )
        except PageError as error:
            return error
        except Exception as error:  # the solver must outlive any question
            text = " ".join(str(error).split())[:160]
            return PageError(f"cannot be simulated: {type(error).__name__}: {text}; try other values")
        return Superseded() if found is None else found
