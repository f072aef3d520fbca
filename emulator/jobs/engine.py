"""Runs the jobs of one server, step by step: those that wait come in order of priority, so many at a time.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/jobs.md.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from ..diagnostics import Diagnostic, asked
from ..errors import ErrorCode, OrthancError
from ..store.store import MANY, Store
from .job import Job, Run, State, canceled, never_again, spent
from .rules import JobRelease

LOGGER = logging.getLogger("emulator.jobs")

#: How long a job of many instances goes on before it lets other threads have the interpreter, in seconds. To let them
#: costs 90 µs: after each instance it would take a third of the time that the instance does.
TURN_SECONDS = 0.002

#: The kind of the jobs that a release can't begin twice, and the states in which a restart finds those that it began.
CASCADE = "ResourceModification"
BEGUN = frozenset({State.FAILURE, State.PAUSED})

#: Takes the diagnostics of a job that has run.
Tell = Callable[[Iterable[Diagnostic]], None]


class Engine:
    """What runs the jobs of a server; the caller holds the store's lock.

    `concurrent` jobs run at once; `history_size` jobs that are over are known, `kept_outputs` of them with their files.
    """

    def __init__(self, store: Store, release: JobRelease, tell: Tell, sizes: tuple[int, int, int]) -> None:
        self.store = store
        self.release = release
        self.tell = tell
        self.concurrent, self.history_size, self.kept_outputs = self.sizes = sizes
        self.jobs: dict[str, Job] = {}
        self.waiting: list[str] = []  # Pending, as they came
        self.running: list[str] = []  # Running, as they began
        self.with_outputs: list[str] = []  # in the order of their last use
        self.under_way: set[str] = set()  # those of which a thread does a step, which may wait for another server
        self.ended: Counter[State] = Counter()  # all jobs that there were, also those that are forgotten
        self.saved: frozenset[str] = frozenset()  # those of former lives

    def fill(self) -> None:
        """Begins what waits, the most urgent first, as long as there is room; of equally urgent ones the first."""
        while self.waiting and len(self.running) < self.concurrent:
            self.begin(self.most_urgent())

    def most_urgent(self) -> Job:
        return self.jobs[max(self.waiting, key=lambda waiting: self.jobs[waiting].priority)]

    def begin(self, job: Job) -> None:
        """Takes a job out of the line; one that was paused goes on."""
        if job.id in self.waiting:
            self.waiting.remove(job.id)
        self.running.append(job.id)
        job.state, job.error, job.since = State.RUNNING, None, self.store.clock()
        if job.run is None:
            before = job.progress
            job.diagnostics, job.runtime, job.progress = (), 0.0, 0
            job.run = job.work(self.store, job)
            if before and not self.release.jobs.resubmissions_begin_at_zero:
                job.first_progress, job.progress = job.progress, before

    def step(self, job: Job) -> None:
        """Does the next step of a job that runs; no error of it leaves."""
        self.under_way.add(job.id)
        try:
            is_over = self.do_step(job)
        finally:
            self.under_way.discard(job.id)
        self.note(job, is_over)

    def do_step(self, job: Job) -> bool:
        """Does the next step; whether it was the last one."""
        assert job.run is not None
        if job.first_progress is not None:
            job.progress, job.first_progress = job.first_progress, None
        steps = {None: job.run.step, State.PAUSED: job.run.pause, State.FAILURE: job.run.cancel}
        is_over = True
        try:
            is_over = not steps[job.stopping](self.store, job)
        except OrthancError as error:
            job.error = error
        except Exception:
            LOGGER.exception("job %s (%s) failed", job.id, job.request)
            job.error = OrthancError(ErrorCode.INTERNAL_ERROR, "The emulator failed: please report it, with its log")
        now = self.store.clock()
        job.runtime, job.since = job.runtime + max(now - job.since, 0.0), now
        return is_over

    def note(self, job: Job, is_over: bool) -> None:
        """Notes what became of a job in its last step."""
        if is_over:
            self.end(job, State.SUCCESS if job.error is None else State.FAILURE)
        elif job.stopping is State.PAUSED:
            self.running.remove(job.id)
            job.state, job.stopping = State.PAUSED, None
        elif job.stopping is State.FAILURE:
            job.error = canceled()
            self.end(job, State.FAILURE)

    def finish(self, job: Job) -> None:
        """Runs a job until it is over or paused; others may read meanwhile, or write where it only reads."""
        assert job.run is not None
        self.under_way.add(job.id)
        try:
            is_over = False
            with self.aside(job.run):
                others_had = time.perf_counter()
                while not is_over and job.state is State.RUNNING:
                    is_over = self.do_step(job)
                    if job.run.size >= MANY and time.perf_counter() - others_had > TURN_SECONDS:
                        if threading.active_count() > 1:  # alone it has nobody to wait for
                            time.sleep(0)
                        others_had = time.perf_counter()
                    if job.stopping is not None:
                        break
        finally:
            self.under_way.discard(job.id)
        self.note(job, is_over)

    def aside(self, run: Run) -> AbstractContextManager[Any]:
        """How a run goes over many resources: apart or, where it only reads, without a lock."""
        return self.reading() if run.only_reads and run.size >= MANY else self.store.apart(run.size)

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self.store.unlocked(), self.store.pinned():
            yield

    def run_next(self) -> Job | None:
        """Finishes the first job that runs or, without one, the next that waits; None if there is neither."""
        idle = [one for one in self.running if one not in self.under_way]
        if not idle:
            if not self.waiting:
                return None
            job = self.most_urgent()
            self.begin(job)
        else:
            job = self.jobs[idle[0]]
        self.finish(job)
        return job

    def end(self, job: Job, state: State) -> None:
        """Notes that a job is over, and forgets the oldest of those that are."""
        if self.jobs.get(job.id) is not job:  # another snapshot was restored meanwhile
            job.state, job.run = state, None
            return
        self.ended[state] += 1
        for line in (self.waiting, self.running):
            if job.id in line:
                line.remove(job.id)
        if job.run is not None:
            with asked(job.request):
                self.tell(job.diagnostics)
        if state is State.SUCCESS and job.run is not None and job.run.reaches_100:
            job.progress = 100
        job.state, job.run, job.stopping, job.completed = state, None, None, self.store.clock()
        if job.no_resubmission:
            job.work = never_again  # nor is what it goes over kept: an archive holds its files
        if job.outputs:
            self.keep_outputs(job)
        if state in (State.SUCCESS, State.FAILURE):
            self.store.watched(f"Job{state.value}", None, job.id)
        del self.jobs[job.id]
        self.jobs[job.id] = job  # the last of those that are over
        over = [one.id for one in self.jobs.values() if one.is_over]
        for identifier in over[: max(len(over) - self.history_size, 0)]:
            del self.jobs[identifier]

    def keep_outputs(self, job: Job) -> None:
        """Notes that the outputs of a job were used, and forgets those that were not for the longest time."""
        self.with_outputs = [*(one for one in self.with_outputs if one in self.jobs and one != job.id), job.id]
        while len(self.with_outputs) > self.kept_outputs:
            self.jobs[self.with_outputs.pop(0)].outputs = {}

    def restore(self, other: Engine) -> None:
        """Takes over the jobs of another."""
        self.jobs = {identifier: job.twin() for identifier, job in other.jobs.items()}
        self.waiting = [*other.waiting]
        self.running = [*other.running]
        self.with_outputs = [*other.with_outputs]
        self.saved = other.saved

    def restart(self, other: Engine, *, saved: bool) -> None:
        """Takes over the jobs of a former life, those of that life alone only if it `saved` them.

        Archives are not among them; what ran waits.
        """
        self.restore(other)
        kept = [job for job in self.jobs.values() if job.is_kept and (saved or job.id in other.saved)]
        self.jobs = {job.id: job for job in kept}
        self.saved = frozenset(self.jobs)
        self.waiting = [one for one in (*self.running, *self.waiting) if one in self.jobs]
        self.running = []
        for job in kept:
            if job.state is State.RUNNING:
                job.state = State.PAUSED if job.stopping is State.PAUSED else State.PENDING
                job.stopping = None
            elif job.is_over:
                job.forget(self.release)
            if job.kind == CASCADE and job.state in BEGUN and self.release.jobs.begins_cascades_once:
                job.work, job.run = spent, None
        self.waiting = [one for one in self.waiting if self.jobs[one].state is State.PENDING]
