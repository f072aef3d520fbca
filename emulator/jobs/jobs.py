"""The jobs of one server: those that wait, those that run, and the last ones that are over.

No thread runs them: a job is done before the answer to its request leaves, unless a test holds it back.
Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/jobs.md.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..diagnostics import REQUEST
from ..errors import ErrorCode, OrthancError
from ..store.store import Store
from .engine import Engine, Tell
from .job import Job, Output, State, Work, canceled
from .options import JobOptions
from .rules import JobRelease

NO_HISTORY = 'Cannot retrieve the status of the job, make sure that "JobsHistorySize" is not 0'


class Jobs:
    """The jobs of a server.

    `with orthanc.jobs.hold(): ...` keeps those that are asked for Pending, so that a test can pause, resume and cancel
    them, run them one by one with `run_next`, the most urgent first, or instance by instance with `step`; at its end
    all that wait or run are finished.
    """

    def __init__(
        self,
        store: Store,
        release: JobRelease,
        history_size: int,
        tell: Tell = lambda diagnostics: None,
        *,
        kept_outputs: int = 1,
        concurrent: int = 2,
    ) -> None:
        self.store = store
        self.release = release
        self.engine = Engine(store, release, tell, (concurrent or os.cpu_count() or 1, history_size, kept_outputs))
        self.held = 0
        self.steps_per_look = 0

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The jobs that are known, by identifier."""
        return self.engine.jobs

    # What a test does

    @contextmanager
    def hold(self, *, steps_per_look: int = 0) -> Iterator[Jobs]:
        """A context in which jobs wait until `step`, `run` or `run_next`; at its end what is not over is finished.

        With `steps_per_look` each look at a job over HTTP (`GET /jobs/{id}`, `GET /jobs?expand`) is followed by so many
        steps: who polls sees Pending, then each Progress, then Success. Paused jobs stay so.
        """
        with self.store.lock:
            self.held += 1
            before, self.steps_per_look = self.steps_per_look, steps_per_look
        try:
            yield self
        finally:
            with self.store.lock:
                self.held -= 1
                self.steps_per_look = before
                self.go_on()

    def step(self, identifier: str | None = None, count: int = 1) -> None:
        """Does the next `count` instances of a job or, without an identifier, of each job that runs.

        What waits begins first, if there is room: "ConcurrentJobs" run at once. A job needs a step for each instance
        and one to end; one that is canceled or paused meanwhile does so at the end of its next step, as on the server.
        A job that is over stays as it is. Raises OrthancError for an unknown job, ValueError for one that can't run
        yet.
        """
        with self.store.lock:
            job = None if identifier is None else self[identifier]
            for _ in range(count):
                self.engine.fill()
                if job is not None and job.state not in (State.RUNNING, State.SUCCESS, State.FAILURE):
                    reason = "resume it first" if job.state is State.PAUSED else f"others run: {self.engine.running}"
                    raise ValueError(f"Job {identifier} is {job.state.value}: {reason}")
                chosen = [*self.engine.running] if job is None else [job.id] * (job.state is State.RUNNING)
                for one in chosen:
                    if one not in self.engine.under_way:
                        self.engine.step(self.engine.jobs[one])

    def run_next(self) -> Job | None:
        """Finishes a job that runs, else the most urgent that waits, of equally urgent ones the first; None if none."""
        with self.store.lock:
            return self.engine.run_next()

    def run(self) -> list[Job]:
        """Finishes all jobs that run or wait, in order of priority, and returns them."""
        done = []
        while (job := self.run_next()) is not None:
            done.append(job)
        return done

    def __len__(self) -> int:
        return len(self.jobs)

    def __iter__(self) -> Iterator[Job]:
        """The jobs that are known, by identifier as the server lists them."""
        with self.store.reading:
            return iter([self.jobs[identifier] for identifier in sorted(self.jobs)])

    def __getitem__(self, identifier: str) -> Job:
        """A job; raises OrthancError (Accessing an inexistent item, 404)."""
        job = self.jobs.get(identifier)
        if job is None:
            raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"No job found with this id: {identifier}")
        return job

    # What requests do

    def submit(
        self, kind: str, work: Work, content: Mapping[str, Any], options: JobOptions, *, forgets: bool = False
    ) -> dict[str, Any]:
        """Adds a job, and answers its ID and Path if it is asynchronous; else what it did, once it is over.

        `content` is what the job tells of itself before it runs and, if it `forgets`, after a restart. Raises the error
        of a synchronous job that fails.
        """
        with self.store.lock:
            job = self.add(kind, work, content, options, lasting_content=content if forgets else None)
            return job.reference() if options.asynchronous else self.outcome(job)

    def add(
        self,
        kind: str,
        work: Work,
        content: Mapping[str, Any],
        options: JobOptions,
        *,
        no_resubmission: str = "",
        lasting_content: Mapping[str, Any] | None = None,
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
            lasting_content=lasting_content,
        )
        self.store.watched("JobSubmitted", None, job.id)
        self.engine.jobs[job.id] = job
        if options.asynchronous:
            self.engine.waiting.append(job.id)
            self.go_on()
        else:
            self.engine.begin(job)
            self.engine.finish(job)
        return job

    def outcome(self, job: Job) -> dict[str, Any]:
        """What the answer to a synchronous request says of its job."""
        if job.id not in self.jobs:
            raise OrthancError(ErrorCode.INEXISTENT_ITEM, NO_HISTORY)
        if job.error is not None:
            raise job.error
        return dict(job.content)

    @property
    def looked_at(self) -> Any:
        """The lock of who looks at jobs, and calls `look` after it has seen one."""
        return self.store.lock if self.steps_per_look else self.store.reading

    def look(self) -> None:
        """Goes on by as many steps as follow a look at a job."""
        if self.steps_per_look:
            self.step(count=self.steps_per_look)

    def pause(self, identifier: str) -> None:
        """Takes a job out of the line, one that runs at its next step; one that is over stays as it is."""
        with self.store.lock:
            job = self[identifier]
            if job.state is State.PENDING:
                self.engine.waiting.remove(job.id)
                job.state = State.PAUSED
            elif job.state is State.RUNNING:
                job.stopping = State.PAUSED

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
            self.engine.waiting.append(job.id)
            self.go_on()

    def cancel(self, identifier: str) -> None:
        """Makes a job fail, one that runs at its next step; one that is over stays as it is."""
        with self.store.lock:
            job = self[identifier]
            if job.state is State.RUNNING:
                job.stopping = State.FAILURE
            elif not job.is_over:
                job.error = canceled()
                self.engine.end(job, State.FAILURE)

    def delete(self, identifier: str) -> None:
        """Forgets a job that is over; raises OrthancError (Accessing an inexistent item, 404) for any other."""
        with self.store.lock:
            if not self[identifier].is_over:
                raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"No job found with this id: {identifier}")
            del self.engine.jobs[identifier]

    def output(self, identifier: str, name: str) -> Output:
        """A file that a job made; raises OrthancError (Accessing an inexistent item, 404)."""
        with self.store.reading:
            job = self.jobs.get(identifier)
            if job is None or job.state is not State.SUCCESS or name not in job.outputs:
                raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Job has no such output: {name}")
            self.engine.keep_outputs(job)
            return job.outputs[name]

    def delete_output(self, identifier: str, name: str) -> None:
        """Forgets a file that a job made; raises as `output` does."""
        with self.store.lock:
            self.output(identifier, name)
            job = self[identifier]
            job.outputs = {other: output for other, output in job.outputs.items() if other != name}
            with_outputs = self.engine.with_outputs
            self.engine.with_outputs = [one for one in with_outputs if one != identifier or job.outputs]

    # Parts

    def go_on(self) -> None:
        """Runs what waits, unless it is held back."""
        if not self.held:
            self.run()

    def fork(self, store: Store, tell: Tell) -> Jobs:
        """The same jobs on a fork of the store; neither sees what becomes of the other's."""
        concurrent, history_size, kept_outputs = self.engine.sizes
        other = Jobs(store, self.release, history_size, tell, kept_outputs=kept_outputs, concurrent=concurrent)
        other.restore(self)
        return other

    def restore(self, other: Jobs) -> None:
        """Takes over the jobs of another; whether they are held back stays."""
        self.engine.restore(other.engine)

    def restart(self, other: Jobs, *, saved: bool) -> None:
        """Becomes the jobs of another life; those that came in this one are known there if they were `saved`."""
        other.engine.restart(self.engine, saved=saved)
        self.store, self.release, self.engine = other.store, other.release, other.engine
