"""A script for the marker `orthanc(plugin=...)`: a route that counts the instances."""

import json

import orthanc  # type: ignore[import-not-found]


def count(output, uri, **request):  # type: ignore[no-untyped-def]
    output.AnswerBuffer(str(len(json.loads(orthanc.RestApiGet("/instances")))), "text/plain")


orthanc.RegisterRestCallback("/count", count)
