#!/usr/bin/env python3
"""A worker that knows a little about words."""
import json
import sys


def longest(text):
    return max(text.split(), key=len)


answers = {"count": lambda text: len(text.split()), "longest": longest}

for line in sys.stdin.buffer:
    call = json.loads(line)
    if call["kind"] == "hello":
        answer = {"kind": "ready", "payload": {"protocol": 1}}
    elif call["kind"] == "shutdown":
        break
    elif call.get("request_id") is None:
        continue
    else:
        answer = {"kind": call["kind"], "request_id": call["request_id"]}
        if call["kind"] in answers:
            answer["payload"] = answers[call["kind"]](call["payload"])
        else:
            answer["error"] = {"code": "unknown", "message": "count or longest"}
    print(json.dumps(answer), flush=True)
