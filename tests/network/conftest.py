"""Where pynetdicom is not installed there is no DICOM network to test."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pynetdicom") else ["test_*.py"]
