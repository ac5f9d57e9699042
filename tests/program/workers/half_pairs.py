#!/usr/bin/env python3
"""A worker that says half of a surrogate pair in whichever way one can come."""
import json, sys
half = "tea \ud83d"
def say(m): print(json.dumps(m), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    kind, id = m["kind"], m.get("request_id")
    if kind == "hello": say({"kind": "ready", "payload": {"protocol": 1, "name": half}})
    elif kind == "shutdown": break
    elif kind == "fail":
        say({"kind": kind, "request_id": id, "error": {"code": half, "message": half, half: half}})
    else:
        say({"kind": "log", "payload": half})
        say({"kind": "event", "payload": {"said": half}})
        say({"kind": kind, "request_id": id, "payload": {"mine": half, "yours": m["payload"]}})
