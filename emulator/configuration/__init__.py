"""Orthanc's JSON configuration -> a frozen Configuration; the table of options; what the server refuses of it."""

from .configuration import Configuration, ConfigurationFileError, ConfigurationSource

__all__ = ["Configuration", "ConfigurationFileError", "ConfigurationSource"]
