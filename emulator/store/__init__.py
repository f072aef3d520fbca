"""Patients > studies > series > instances, with the main DICOM tags as their index."""

from .level import LEVELS, Level
from .resource import Resource
from .store import NewInstance, Store, Stored

__all__ = ["LEVELS", "Level", "NewInstance", "Resource", "Store", "Stored"]
