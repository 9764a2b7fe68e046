"""Running a study: what is on file is read back, the rest is solved and kept case by case."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from napore.files import WriteError
from napore.parameters.arguments import typed
from napore.results import OK, Interrupted, progress_bar

from .batches import BatchFunction, CaseFunction, Outcome
from .cases import Case, StudyError, check_cases
from .executors import Chunk, WorkersLost, solve_on
from .folder import Folder
from .keys import identity_of
from .results import Record, Study


class StudyStopped(RuntimeError):
    """The executor's workers ended; ``result`` holds the cases that were finished."""

    def __init__(self, result: Study) -> None:
        super().__init__(
            f"the workers of the executor ended after {len(result.records)} of {result.total} cases: run "
            "again with the same folder and a new executor to go on"
        )
        self.result = result


@typed(StudyError)
def run(
    function: CaseFunction,
    cases: Iterable[Mapping[str, Any]],
    *,
    folder: str | Path | None = None,
    executor: Executor | int | None = None,
    progress: bool = False,
    version: str | None = None,
    retry_failed: bool = False,
) -> Study:
    """Outputs of ``function`` for every case, each kept as soon as it is finished.

    A case that fails is a record with a reason; the others go on. With a folder, a study that was stopped,
    by Ctrl-C, a kill or a power cut, goes on where it was; torn files and records of an earlier version of
    the function (its text, the packages, ``version``) are solved again.

    Parameters
    ----------
    function
        From inputs by name to outputs by name: numbers, texts, lists. An output ``status`` that is not
        ``"ok"`` marks a failure. A :class:`BatchFunction` gets many cases at once.
    cases
        Inputs by name, such as from :func:`grid` or :func:`sample`. Equal ones are solved once.
    folder
        Where the records go, one JSON per case; None keeps them in memory only.
    executor
        None: in this process; a number: in as many; or any ``concurrent.futures.Executor``, which stays open.
    progress, retry_failed
        Whether to show a bar, on a terminal and after two seconds; whether to solve again what failed before.
    version
        What else the outputs depend on, such as ``cell.sha256``.

    Raises
    ------
    StudyError
        For cases, a function or a folder that cannot be used.
    Interrupted, StudyStopped, WriteError
        On Ctrl-C, where the executor's workers end, where a record cannot be written; ``result`` holds all
        that is finished.
    """
    listed = check_cases(cases)
    identity = identity_of(function, version, kept=folder is not None)
    if isinstance(function, BatchFunction):
        function.check(listed)
    keys = [identity.key(case) for case in listed]
    store = Folder(folder, identity, list(listed[0])) if folder is not None else None
    kept = _Kept(keys, listed, store, identity.header)
    kept.read_back(retry_failed)
    left = [(k, case) for k, case in dict(zip(keys, listed, strict=True)).items() if k not in kept.records]
    size = function.chunk if isinstance(function, BatchFunction) else 1
    chunks = [left[start : start + size] for start in range(0, len(left), size)]
    name, done = identity.function.rpartition(".")[2][:40], len(kept.records)
    bar = progress_bar(name, "case", show=progress, total=len(set(keys)), done=done)

    def keep(chunk: Chunk, outcomes: Iterable[Outcome]) -> None:
        bar.update(len(chunk))
        kept.add(chunk, outcomes)

    try:
        with bar:
            solve_on(executor, function, chunks, keep)
    except KeyboardInterrupt:
        raise Interrupted(kept.result()) from None
    except WorkersLost:
        raise StudyStopped(kept.result()) from None
    except WriteError as error:
        advice = f"{kept.said()} are kept in {folder}: make room, and run the same again to go on"
        raise error.holding(kept.result(), advice) from None
    return kept.result()


class _Kept:
    """Records of a study by key: read back, added as they come, on disk where there is a folder."""

    def __init__(
        self, keys: list[str], cases: list[Case], store: Folder | None, header: Mapping[str, Any]
    ) -> None:
        self.keys, self.cases, self.store, self.header = keys, cases, store, header
        self.records: dict[str, Record] = {}
        self.on_disk: set[str] = set()
        self.reused = 0

    def read_back(self, retry_failed: bool) -> None:
        """Take what the folder has of an earlier run."""
        for key in dict.fromkeys(self.keys if self.store is not None else ()):
            record = self.store.read(key) if self.store is not None else None
            if record is not None and (record.status == OK or not retry_failed):
                self.records[key] = record
        self.on_disk = set(self.records)
        self.reused = sum(key in self.records for key in self.keys)

    def add(self, chunk: Chunk, outcomes: Iterable[Outcome]) -> None:
        """Keep the outcomes of a chunk of cases."""
        new = {
            key: Record(case, outcome.outputs, outcome.status, outcome.seconds)
            for (key, case), outcome in zip(chunk, outcomes, strict=True)
        }
        self.records.update(new)  # before a full disk ends the study
        if self.store is None:
            return
        try:
            for key, record in new.items():
                self.store.write(key, record)
                self.on_disk.add(key)
        finally:
            self.store.settle()

    def said(self) -> str:
        """How many are on disk, in words."""
        return f"{len(self.on_disk)} of {len(set(self.keys))} cases"

    def result(self) -> Study:
        """What is finished, in the order of the cases."""
        found = tuple(
            # in the words of this run, where 1 may have been 1.0
            Record(case, one.outputs, one.status, one.seconds)
            for key, case in zip(self.keys, self.cases, strict=True)
            if (one := self.records.get(key)) is not None
        )
        return Study(found, len(self.cases), self.reused, self.header)
