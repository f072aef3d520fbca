"""A route, /laboratory/{study}: how often each label of the laboratory is in the instances of a study."""

import json
from collections import Counter

import orthanc

orthanc.RegisterPrivateDictionaryTag(0x0011, 0x01, orthanc.ValueRepresentation.LO, "MyLabel", 1, 1, "MYLAB")


def labels(output, uri, **request):
    if request["method"] != "GET":
        output.SendMethodNotAllowed("GET")
        return
    try:
        tags = json.loads(orthanc.RestApiGet(f"/studies/{request['groups'][0]}/instances-tags?simplify"))
    except Exception:
        output.SendHttpStatusCode(404)
        return
    counts = Counter(one.get("MyLabel", "") for one in tags.values())
    output.AnswerBuffer(json.dumps(counts), "application/json")


orthanc.RegisterRestCallback("/laboratory/([0-9a-f-]+)", labels)
