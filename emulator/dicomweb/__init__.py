"""A door: Orthanc's DICOMweb plugin (QIDO-RS, WADO-RS, STOW-RS, WADO-URI), in the version beside each release."""
