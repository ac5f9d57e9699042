#!/usr/bin/env python3
"""A worker that answers with the trace of the call, and with that of a call that it makes itself."""
import json
import sys
import time

waiting = {}


def send(**members):
    print(json.dumps(members), flush=True)


def trace_of(message):
    return {key: message.get(key) for key in ("traceparent", "tracestate")}


for line in sys.stdin:
    message = json.loads(line)
    kind, name = message["kind"], message.get("request_id")
    if kind == "hello":
        send(kind="ready", payload={"protocol": 1})
    elif kind == "shutdown":
        break
    elif name in waiting:  # the answer to a call of ours
        asked = waiting.pop(name)
        send(kind="via", request_id=asked["request_id"], error=message.get("error"),
             payload={**trace_of(asked), "inner": message.get("payload")})
    elif kind == "via":
        ours = "for " + name
        waiting[ours] = message
        send(kind="call", request_id=ours, payload={**message["payload"], "parent": name})
    elif kind == "fail":
        send(kind=kind, request_id=name, error={"code": "no", "message": "as you wish"})
    else:
        time.sleep((message.get("payload") or {}).get("ms", 0) / 1000)
        send(kind=kind, request_id=name, payload=trace_of(message))
