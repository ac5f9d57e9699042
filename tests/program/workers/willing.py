#!/usr/bin/env python3
"""A worker that can do everything the protocol knows. Flags: mute: answers no ping."""
import json
import os
import sys
import time

hoard = []


def send(**members):
    print(json.dumps(members), flush=True)


def answer(kind, payload, request_id):
    if kind == "pid":
        return os.getpid()
    if kind == "sleep":
        time.sleep(payload["ms"] / 1000)
    elif kind == "grow":
        hoard.append(b"x" * payload["bytes"])
    elif kind == "die":
        os._exit(3)
    elif kind == "die_once":  # the file remembers across lives
        if not os.path.exists(payload["file"]):
            open(payload["file"], "w").close()
            os._exit(3)
    elif kind == "count":
        for i in range(payload["to"]):
            part = {"i": i, "padding": "x" * payload.get("padding", 0)}
            send(kind="chunk", request_id=request_id, payload=part)
    elif kind == "spread":  # white space between the tokens, which JSON allows
        for what in ("chunk", kind):
            members = {"kind": what, "request_id": request_id, "payload": [1, 2]}
            print(json.dumps(members, separators=(",\r", ":\r")), flush=True)
    return payload


for line in sys.stdin:
    message = json.loads(line)
    kind, request_id = message["kind"], message.get("request_id")
    if kind == "hello":
        send(kind="ready", payload={"protocol": 1, "capabilities": ["cancel", "ping"]})
    elif kind == "ping":
        if "mute" not in sys.argv:
            send(kind="pong", request_id=request_id)
    elif kind == "shutdown":
        break
    elif kind != "cancel":
        result = answer(kind, message.get("payload"), request_id)
        if kind == "spread":
            continue
        send(kind=kind, request_id=request_id, payload=result, error=None)
