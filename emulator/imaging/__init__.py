"""Pixel data of uncompressed files: frames, their samples, and the order of a series' slices; no codecs."""
