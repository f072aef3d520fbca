"""A user's own tests on a live server: `pytest --orthanc-live URL-or-executable`.

The fixture `orthanc` is then a live server behind the emulator's API, and what a test asked is asked of the emulator
afterwards, so that the answers can be compared. It takes from `targets`, `comparing` and `asking`.
"""
