#!/usr/bin/env python3
"""The text service as a worker: one JSON object per line on stdin and on stdout.

stdout belongs to the protocol, so whatever is for a person goes to stderr.
"""
import json
import os
import sys
import time


class Refused(Exception):
    """Becomes the `error` of the answer."""

    def __init__(self, code, message):
        super().__init__(message)
        self.error = {"code": code, "message": message}


def sleep(payload):
    time.sleep(payload["ms"] / 1000)
    return {"slept_ms": payload["ms"]}


def fail(payload):
    raise Refused("asked", (payload or {}).get("message", "failed because it was asked to"))


KINDS = {
    "upper": lambda payload: {"text": payload["text"].upper()},
    "reverse": lambda payload: {"text": payload["text"][::-1]},
    "sleep": sleep,
    "fail": fail,
    "who": lambda _: {"language": "python", "pid": os.getpid()},
}


def answer(kind, payload):
    """Returns the members of the answer that say how the call ended."""
    try:
        if kind not in KINDS:
            raise Refused("unknown_kind", f"there is no kind {kind!r} here")
        return {"payload": KINDS[kind](payload)}
    except Refused as refused:
        return {"error": refused.error}
    except Exception as mistake:  # one bad call must not end the worker
        return {"error": {"code": "bad_payload", "message": repr(mistake)}}


for line in sys.stdin.buffer:  # bytes: JSON is UTF-8, whatever the locale says
    call = json.loads(line)
    if call["kind"] == "hello":
        ready = {"protocol": 1, "name": "text.py", "version": "1.0"}
        print(json.dumps({"kind": "ready", "payload": ready}), flush=True)
    elif call["kind"] == "shutdown":
        break
    elif call.get("request_id") is not None:
        head = {"kind": call["kind"], "request_id": call["request_id"]}
        print(json.dumps(head | answer(call["kind"], call.get("payload"))), flush=True)
