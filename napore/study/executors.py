"""Where the cases are solved: here, in processes of one's own, or on any executor.

Each way calls ``keep(chunk, outcomes)`` in the calling thread as soon as a chunk is solved.
"""

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

from napore.files import WriteError

from .batches import CaseFunction, Outcome, reason, solve
from .cases import Case, StudyError

Chunk = Sequence[tuple[str, Case]]
"""Cases that are solved in one call, with their keys."""

Keep = Callable[[Chunk, Sequence[Outcome]], None]

_LOST = "WorkerLost: the process ended without a result; usually out of memory or a crash in compiled code"
_UNBOUNDED = 1000  # tasks under way where the number of workers is not known, as on a cluster


class WorkersLost(RuntimeError):
    """Workers that ended; ``suspects`` were with them, ``queue`` was not."""

    def __init__(self, suspects: list[Chunk], queue: list[Chunk]) -> None:
        super().__init__("workers ended without a result")
        self.suspects = suspects
        self.queue = queue


def solve_on(
    executor: Executor | int | None, function: CaseFunction, chunks: Sequence[Chunk], keep: Keep
) -> None:
    """Solve ``chunks`` here (None), in a number of processes, or on an executor.

    Raises
    ------
    StudyError
        Where the function cannot be sent to processes, or these cannot start.
    WorkersLost
        Where the workers of a given executor end.
    """
    if executor is None:
        for chunk in chunks:
            keep(chunk, solve(function, _cases(chunk)))
    elif isinstance(executor, Executor):
        if isinstance(executor, ProcessPoolExecutor):
            _check_portable(function)
        _submit(executor, function, chunks, keep)
    elif isinstance(executor, int) and not isinstance(executor, bool) and executor >= 1:
        _check_portable(function)
        _in_processes(executor, function, chunks, keep)
    else:
        raise StudyError(f"executor is {executor!r}: give an executor, a number of processes, or None")


def _cases(chunk: Chunk) -> list[Case]:
    return [case for _, case in chunk]


def _submit(executor: Executor, function: CaseFunction, chunks: Sequence[Chunk], keep: Keep) -> None:
    """Keep a few tasks per worker under way, so that little is left to stop."""
    workers = getattr(executor, "_max_workers", None)
    limit = 2 * workers if isinstance(workers, int) else _UNBOUNDED
    queue = deque(chunks)
    pending: dict[Future[list[Outcome]], Chunk] = {}
    try:
        while queue or pending:
            while queue and len(pending) < limit:
                pending[executor.submit(solve, function, _cases(queue[0]))] = queue[0]
                queue.popleft()
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                keep(pending[future], _outcomes(future, pending[future]))
                del pending[future]
    except (BrokenExecutor, CancelledError):
        raise WorkersLost(list(pending.values()), list(queue)) from None
    except (KeyboardInterrupt, WriteError):
        for future, chunk in pending.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                with suppress(WriteError):  # what is not on file is in the result
                    keep(chunk, future.result())
        raise
    finally:
        for future in pending:
            future.cancel()


def _outcomes(future: Future[list[Outcome]], chunk: Chunk) -> list[Outcome]:
    """Outcomes of a task; what the executor itself reports, such as a killed worker, is a failure."""
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):
        raise
    except Exception as error:
        return [Outcome({}, reason(error), 0.0) for _ in chunk]


def _check_portable(function: CaseFunction) -> None:
    try:
        pickle.dumps(function)
    except Exception as error:
        raise StudyError(
            f"the function cannot be sent to other processes ({reason(error)}): define it at the top level "
            "of a module"
        ) from None


def _in_processes(workers: int, function: CaseFunction, chunks: Sequence[Chunk], keep: Keep) -> None:
    """Solve in processes; where one dies, each case that was under way is tried alone."""
    left = list(chunks)
    while left:
        try:
            with _processes(min(workers, len(left))) as pool:
                _submit(pool, function, left, keep)
            return
        except WorkersLost as lost:
            left = lost.queue
            for chunk in lost.suspects:
                for single in chunk:
                    _alone(function, [single], keep)


def _alone(function: CaseFunction, chunk: Chunk, keep: Keep) -> None:
    try:
        with _processes(1) as pool:
            _submit(pool, function, [chunk], keep)
    except WorkersLost:
        keep(chunk, [Outcome({}, _LOST, 0.0)])


@contextmanager
def _processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Pool of spawned processes, all of them ready; ended at once by an error or Ctrl-C."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_start_worker)
    try:
        try:
            pool.submit(os.getpid).result()
        except BrokenExecutor:
            raise StudyError(
                "worker processes cannot start: in a script, put the call under if __name__ == '__main__':"
            ) from None
        yield pool
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    """Let a worker end on Ctrl-C without a word, and with its parent, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def dask_executor(address: str | None = None, **options: Any) -> Iterator[Executor]:
    """Executor on a Dask cluster, for :func:`napore.study.run`.

    Parameters
    ----------
    address
        Address of a scheduler; None starts a cluster on this machine.
    **options
        For ``distributed.Client``, such as ``n_workers=2``.

    Raises
    ------
    StudyError
        Where Dask is not installed.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise StudyError("Dask is not installed: pip install 'napore[cluster]'") from None
    if address is None:  # PyBaMM is not safe in threads
        options = {"threads_per_worker": 1, "dashboard_address": None, **options}
    with distributed.Client(address, **options) as client:
        yield client.get_executor()
