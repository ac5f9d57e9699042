#!/usr/bin/env python3
"""A worker that makes calls itself: it does what it is asked by asking others.

Each call's payload is a call, {"to", "kind", "payload", ...}, to any pool of the node; the
answer is the answer to that. Many can be under way at once: give the pool a window.
"""
import json
import sys


def send(**message):
    print(json.dumps(message), flush=True)


waiting = {}  # our own calls: the call of ours that each one is for

for line in sys.stdin.buffer:
    message = json.loads(line)
    kind, name = message["kind"], message.get("request_id")
    if kind == "hello":
        send(kind="ready", payload={"protocol": 1, "name": "forward.py"})
    elif kind == "shutdown":
        break
    elif name in waiting:  # the answer to a call of ours
        asked = waiting.pop(name)
        send(kind=asked["kind"], request_id=asked["request_id"],
             payload=message.get("payload"), error=message.get("error"))
    elif name is not None:
        ours = "for " + name  # any name will do that is not a number.number
        waiting[ours] = message
        send(kind="call", request_id=ours, payload={**message["payload"], "parent": name})
