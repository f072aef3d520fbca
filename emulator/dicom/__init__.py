"""One stored file: raw elements, the text of each VR, JSON views, character sets, reading and writing."""
