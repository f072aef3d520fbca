"""The jobs of one server: those that wait, in order of priority, and the last ones that are over.

No thread runs them: a job is done before the answer to its request leaves, unless a test holds it back.
Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/jobs.md.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..diagnostics import REQUEST, Diagnostic, asked
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.store import Store
from .job import Job, Output, State, Work, canceled
from .options import JobOptions

LOGGER = logging.getLogger("emulator.jobs")

#: Takes the diagnostics of a job that has run.
Tell = Callable[[Iterable[Diagnostic]], None]

NO_HISTORY = 'Cannot retrieve the status of the job, make sure that "JobsHistorySize" is not 0'


class Jobs:
    """The jobs of a server.

    `with orthanc.jobs.hold(): ...` keeps those that are asked for Pending, so that a test can pause, resume and cancel
    them, and run them one by one with `run_next`, the most urgent first; at its end all that wait are run.
    """

    def __init__(
        self,
        store: Store,
        release: Release,
        history_size: int,
        tell: Tell = lambda diagnostics: None,
        *,
        kept_outputs: int = 1,
    ) -> None:
        self.store = store
        self.tell = tell
        self.release = release
        self.history_size = history_size
        self.kept_outputs = kept_outputs
        self.with_outputs: list[str] = []  # in the order of their last use
        self.jobs: dict[str, Job] = {}
        self.waiting: list[str] = []  # Pending, as they came
        self.held = 0

    # What a test does

    @contextmanager
    def hold(self) -> Iterator[Jobs]:
        """A context in which jobs wait until `run` or `run_next`; those that still wait at its end are run."""
        with self.store.lock:
            self.held += 1
        try:
            yield self
        finally:
            with self.store.lock:
                self.held -= 1
                self.go_on()

    def run_next(self) -> Job | None:
        """Runs the most urgent job that waits, of equally urgent ones the first; None if none does."""
        with self.store.lock:
            if not self.waiting:
                return None
            identifier = max(self.waiting, key=lambda waiting: self.jobs[waiting].priority)
            self.waiting.remove(identifier)
            job = self.jobs[identifier]
            self.execute(job)
            return job

    def run(self) -> list[Job]:
        """Runs all jobs that wait, in order of priority, and returns them."""
        done = []
        while (job := self.run_next()) is not None:
            done.append(job)
        return done

    def __len__(self) -> int:
        return len(self.jobs)

    def __iter__(self) -> Iterator[Job]:
        """The jobs that are known, by identifier as the server lists them."""
        with self.store.lock:
            return iter([self.jobs[identifier] for identifier in sorted(self.jobs)])

    def __getitem__(self, identifier: str) -> Job:
        """A job; raises OrthancError (Accessing an inexistent item, 404)."""
        job = self.jobs.get(identifier)
        if job is None:
            raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"No job found with this id: {identifier}")
        return job

    # What requests do

    def submit(self, kind: str, work: Work, content: Mapping[str, Any], options: JobOptions) -> dict[str, Any]:
        """Adds a job, and answers its ID and Path if it is asynchronous; else what it did, once it is over.

        `content` is what the job tells of itself before it runs. Raises the error of a synchronous job that fails.
        """
        with self.store.lock:
            job = self.add(kind, work, content, options)
            return job.reference() if options.asynchronous else self.outcome(job)

    def add(
        self, kind: str, work: Work, content: Mapping[str, Any], options: JobOptions, *, no_resubmission: str = ""
    ) -> Job:
        """Adds a job, and runs it at once if it is not asynchronous; no error of it is raised."""
        job = Job(
            id=str(uuid.uuid4()),
            kind=kind,
            work=work,
            created=self.store.clock(),
            content=content,
            priority=options.priority,
            user_data=options.user_data,
            request=REQUEST.get(),
            no_resubmission=no_resubmission,
        )
        self.jobs[job.id] = job
        if options.asynchronous:
            self.waiting.append(job.id)
            self.go_on()
        else:
            self.execute(job)
        return job

    def outcome(self, job: Job) -> dict[str, Any]:
        """What the answer to a synchronous request says of its job."""
        if job.id not in self.jobs:
            raise OrthancError(ErrorCode.INEXISTENT_ITEM, NO_HISTORY)
        if job.error is not None:
            raise job.error
        return dict(job.content)

    def pause(self, identifier: str) -> None:
        """Takes a job that waits out of the line; one that is over stays as it is."""
        with self.store.lock:
            job = self[identifier]
            if job.state is State.PENDING:
                self.waiting.remove(job.id)
                job.state = State.PAUSED

    def resume(self, identifier: str) -> None:
        """Puts a paused job back at the end of the line; raises OrthancError for one that is not."""
        self.wait_again(identifier, State.PAUSED)

    def resubmit(self, identifier: str) -> None:
        """Does a job that failed once more; raises OrthancError for one that did not."""
        self.wait_again(identifier, State.FAILURE)

    def wait_again(self, identifier: str, expected: State) -> None:
        with self.store.lock:
            job = self[identifier]
            if job.state is not expected:
                raise OrthancError(ErrorCode.BAD_REQUEST, f"Job {identifier} is {job.state.value}")
            if expected is State.FAILURE and job.no_resubmission:
                raise OrthancError(ErrorCode.BAD_SEQUENCE_OF_CALLS, job.no_resubmission)
            job.state = State.PENDING
            job.completed = None
            self.waiting.append(job.id)
            self.go_on()

    def cancel(self, identifier: str) -> None:
        """Makes a job that waits or is paused fail; one that is over stays as it is."""
        with self.store.lock:
            job = self[identifier]
            if job.is_over:
                return
            if job.state is State.PENDING:
                self.waiting.remove(job.id)
            job.error = canceled()
            self.end(job, State.FAILURE)

    def delete(self, identifier: str) -> None:
        """Forgets a job that is over; raises OrthancError (Accessing an inexistent item, 404) for any other."""
        with self.store.lock:
            if not self[identifier].is_over:
                raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"No job found with this id: {identifier}")
            del self.jobs[identifier]

    def output(self, identifier: str, name: str) -> Output:
        """A file that a job made; raises OrthancError (Accessing an inexistent item, 404)."""
        with self.store.lock:
            job = self.jobs.get(identifier)
            if job is None or job.state is not State.SUCCESS or name not in job.outputs:
                raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Job has no such output: {name}")
            self.keep_outputs(job)
            return job.outputs[name]

    def delete_output(self, identifier: str, name: str) -> None:
        """Forgets a file that a job made; raises as `output` does."""
        with self.store.lock:
            self.output(identifier, name)
            job = self[identifier]
            job.outputs = {other: output for other, output in job.outputs.items() if other != name}
            self.with_outputs = [one for one in self.with_outputs if one != identifier or job.outputs]

    # Parts

    def keep_outputs(self, job: Job) -> None:
        """Notes that the outputs of a job were used, and forgets those that were not for the longest time."""
        self.with_outputs = [*(one for one in self.with_outputs if one in self.jobs and one != job.id), job.id]
        while len(self.with_outputs) > self.kept_outputs:
            self.jobs[self.with_outputs.pop(0)].outputs = {}

    def go_on(self) -> None:
        """Runs what waits, unless it is held back."""
        if not self.held:
            self.run()

    def execute(self, job: Job) -> None:
        """Runs a job to its end; no error of it leaves."""
        started = self.store.clock()
        job.state, job.error, job.progress, job.diagnostics = State.RUNNING, None, 0, ()
        try:
            job.work(self.store, job)
        except OrthancError as error:
            job.error = error
        except Exception:
            LOGGER.exception("job %s (%s) failed", job.id, job.request)
            job.error = OrthancError(ErrorCode.INTERNAL_ERROR, "The emulator failed: please report it, with its log")
        with asked(job.request):
            self.tell(job.diagnostics)
        job.runtime = max(self.store.clock() - started, 0.0)
        self.end(job, State.SUCCESS if job.error is None else State.FAILURE)

    def end(self, job: Job, state: State) -> None:
        """Notes that a job is over, and forgets the oldest of those that are."""
        job.state = state
        job.completed = self.store.clock()
        if state is State.SUCCESS:
            job.progress = 100
        if job.outputs:
            self.keep_outputs(job)
        del self.jobs[job.id]
        self.jobs[job.id] = job  # the last of those that are over
        over = [one.id for one in self.jobs.values() if one.is_over]
        for identifier in over[: max(len(over) - self.history_size, 0)]:
            del self.jobs[identifier]

    def fork(self, store: Store, tell: Tell) -> Jobs:
        """The same jobs on a fork of the store; neither sees what becomes of the other's."""
        other = Jobs(store, self.release, self.history_size, tell, kept_outputs=self.kept_outputs)
        other.restore(self)
        return other

    def restore(self, other: Jobs) -> None:
        """Takes over the jobs of another; whether they are held back stays."""
        self.jobs = {identifier: job.twin() for identifier, job in other.jobs.items()}
        self.waiting = [*other.waiting]
        self.with_outputs = [*other.with_outputs]
