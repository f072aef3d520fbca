"""Jobs: work that a server does beside answering requests, and its history."""

from .job import Job, Output, State
from .jobs import Jobs

__all__ = ["Job", "Jobs", "Output", "State"]
