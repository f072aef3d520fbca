"""Create: tags in JSON, a parent and a content -> a new file, as `POST /tools/create-dicom` makes it."""
