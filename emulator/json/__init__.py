"""JSON as Orthanc reads and prints it: its parser, lenient bodies, and where the keys of a file stand."""
