"""Answers for many clients from one solver: the newest request of each, a cache, and a bounded queue."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .quantities import PageError

__all__ = ["Busy", "Service", "Superseded", "TooSlow"]

CLIENTS: Final = 4096
"""Clients whose newest request is remembered."""

Solve = Callable[[Any, Callable[[], bool]], bytes | None]
"""Answer to a question; asked whether it is still wanted, it may give up with None."""


class Superseded(Exception):
    """A newer request of the same client came before the answer."""


class Busy(Exception):
    """So many requests wait that no more are taken."""


class TooSlow(Exception):
    """The answer was not ready in time."""


@dataclass
class _Job:
    client: str
    kind: str
    sequence: int
    question: Hashable
    done: threading.Event = field(default_factory=threading.Event)
    answer: bytes | None = None
    error: Exception | None = None

    def finish(self, answer: bytes | None = None, error: Exception | None = None) -> None:
        self.answer, self.error = answer, error
        self.done.set()


class Service:
    """One thread that solves, and what waits for it.

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
        self._solve = dict(solve)
        self._bound, self._cached, self._longest = waiting, cached, longest
        self._changed = threading.Condition()
        self._waiting: OrderedDict[tuple[str, str], _Job] = OrderedDict()
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._cache: OrderedDict[tuple[str, Hashable], bytes] = OrderedDict()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="napore page solver", daemon=True)
        self._thread.start()

    def ask(self, client: str, sequence: int, kind: str, question: Hashable) -> bytes:
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
        job = _Job(client, kind, sequence, question)
        with self._changed:
            if self._newest.get(client, sequence) > sequence:
                raise Superseded
            self._remember(client, sequence)
            for key in [key for key, old in self._waiting.items() if key[0] == client and self._is_old(old)]:
                self._waiting.pop(key).finish(error=Superseded())
            found = self._cache.get((kind, question))
            if found is not None:
                self._cache.move_to_end((kind, question))
                return found
            same = self._waiting.pop((client, kind), None)
            if same is not None:
                same.finish(error=Superseded())
            elif len(self._waiting) >= self._bound:
                raise Busy
            self._waiting[client, kind] = job
            self._changed.notify_all()
        if not job.done.wait(self._longest):
            raise TooSlow
        if job.error is not None:
            raise job.error
        assert job.answer is not None
        return job.answer

    def close(self) -> None:
        """Stop taking jobs; what waits is given up."""
        with self._changed:
            self._closed = True
            while self._waiting:
                self._waiting.popitem()[1].finish(error=Superseded())
            self._changed.notify_all()

    def _remember(self, client: str, sequence: int) -> None:
        self._newest[client] = sequence
        self._newest.move_to_end(client)
        while len(self._newest) > CLIENTS:
            self._newest.popitem(last=False)

    def _is_old(self, job: _Job) -> bool:
        return self._newest.get(job.client, job.sequence) > job.sequence

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            for kind in self._solve:
                for key in self._waiting:
                    if key[1] == kind:
                        return self._waiting.pop(key)
        return None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            with self._changed:
                found = self._cache.get((job.kind, job.question))
            error: Exception | None = None
            if found is None:
                found, error = self._solved(job)
            with self._changed:
                if found is not None:
                    self._cache[job.kind, job.question] = found
                    while len(self._cache) > self._cached:
                        self._cache.popitem(last=False)
                if self._is_old(job):
                    found, error = None, Superseded()
            job.finish(found, error)

    def _solved(self, job: _Job) -> tuple[bytes | None, Exception | None]:
        try:
            found = self._solve[job.kind](job.question, lambda: not self._is_old(job))
        except PageError as error:
            return None, error
        except Exception as error:  # the thread must outlive any question
            text = " ".join(str(error).split())[:160]
            return None, PageError(f"cannot be simulated: {type(error).__name__}: {text}; try other values")
        return found, None if found is not None else Superseded()
