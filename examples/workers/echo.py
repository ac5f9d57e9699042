#!/usr/bin/env python3
"""The smallest worker: answers every call with the payload it came with."""
import json
import sys


def send(message):
    print(json.dumps(message), flush=True)


for line in sys.stdin.buffer:  # bytes: JSON is UTF-8, whatever the locale says
    message = json.loads(line)
    if message["kind"] == "hello":
        ready = {"protocol": 1, "name": "echo.py", "version": "1.0"}
        send({"kind": "ready", "payload": ready})
    elif message["kind"] == "shutdown":
        break
    elif message.get("request_id") is not None:
        send({
            "kind": message["kind"],
            "request_id": message["request_id"],
            "payload": message.get("payload"),
        })
