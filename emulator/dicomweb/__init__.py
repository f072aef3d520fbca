"""A door: Orthanc's DICOMweb plugin (QIDO-RS, WADO-RS, STOW-RS, WADO-URI), as its versions beside each release answer."""
