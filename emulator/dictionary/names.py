"""Private names that DCMTK's dictionary defines several times, and the tag that Orthanc takes each of them for.

The server takes one definition, neither the first nor the lowest by any rule that shows; for the names that are not
here it is the first one of private.dic. Measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0, with all 6,878 names.
"""

from __future__ import annotations

#: The tag 0xggggeeee of each of these names.
REPEATED_NAMES: dict[str, int] = {
    "APOffcenter": 0x0019110D,
    "AcquisitionDelay": 0x00190080,
    "AcquisitionMode": 0x00210001,
    "Angulation": 0x001900A0,
    "Brightness": 0x00190005,
    "CCOffcenter": 0x0019110C,
    "CRBarCodeNumber": 0x00230060,
    "CREDRMode": 0x00230020,
    "CRGroupNumber": 0x00230040,
    "CRImageSerialNumber": 0x00230050,
    "CRLatitude": 0x00230030,
    "ChemicalShift": 0x00191081,
    "DelayAfterTrigger": 0x00210052,
    "Dose": 0x00210005,
    "Dummy": 0x70050010,
    "EPIFactor": 0x001910D9,
    "EstimatedRetrieveTime": 0x00290054,
    "ExposureChannel": 0x00190070,
    "FloatSlop": 0x0021005E,
    "Focus": 0x00190034,
    "ImageOrientation": 0x00210055,
    "ImageText": 0x00510010,
    "IntegerSlop": 0x0021005A,
    "Internal": 0x00190018,
    "LROffcenter": 0x0019110B,
    "LowerRangeOfPixels": 0x00290016,
    "MIPStartColumn": 0x00210048,
    "NumberOfChemicalShifts": 0x00191080,
    "NumberOfEchoes": 0x00210070,
    "NumberOfImages": 0x00410060,
    "NumberOfStacks": 0x00191100,
    "PatientHospitalStatus": 0x00110040,
    "PhaseNumber": 0x00190012,
    "PixelOffset": 0x00410012,
    "ProjectionAlgorithm": 0x001900D3,
    "RawDataType": 0x00430030,
    "SeriesFromWhichPrescribed": 0x00210035,
    "SeriesUniqueIdentifier": 0x00210012,
    "SliceGap": 0x00211221,
    "SliceOrientation": 0x0019100A,
    "StackType": 0x00191101,
    "Unknown": 0x00090012,
    "ViewDirection": 0x00190009,
    "WaterFatShift": 0x001910D2,
}
