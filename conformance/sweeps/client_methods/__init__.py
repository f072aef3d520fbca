"""The public methods of two clients, pyorthanc and orthanc-api-client, called on the emulator and on a server."""
