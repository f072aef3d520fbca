"""The public methods of two clients, pyorthanc and orthanc-api-client, called on the emulator and on a server.

It takes from what `sweeps` takes from, and gives to `commands`, to `bad_requests` beside it, and to tests/clients.
"""
