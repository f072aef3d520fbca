"""What the server would refuse of a configuration's "Dictionary", and what a user of it would regret."""

from .check import check
from .problem import CODES, SEVERITY_OF, Problem, Severity

__all__ = ["CODES", "SEVERITY_OF", "Problem", "Severity", "check"]
