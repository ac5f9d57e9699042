#!/usr/bin/env python3
"""A worker that writes down each call before it runs it, so that a test can count how often
each ran, wherever that was.

Its argument is the file. A call's payload is {"n": TEXT, "ms": NUMBER}: it is answered after
so many milliseconds. It runs as many calls at once as it is given. Kinds: "error" answers an
error, "die" ends the worker, "parts" begins with three parts of a streamed result, any other
echoes.
"""
import heapq
import json
import os
import select
import sys
import time

ledger = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
planned = []  # when, the call, the answer
open_calls = set()
rest = b""


def write(data):
    while data:
        data = data[os.write(1, data):]


def send(**message):
    write(json.dumps(message).encode() + b"\n")


def take(message):
    """Returns whether to go on."""
    kind, call = message["kind"], message.get("request_id")
    if kind == "hello":
        send(kind="ready", payload={"protocol": 1, "capabilities": ["cancel"]})
    elif kind == "shutdown":
        return False
    elif kind == "cancel":
        if call in open_calls:
            open_calls.discard(call)
            send(kind="cancel", request_id=call,
                 error={"code": "cancelled", "message": "as you wish"})
    else:
        payload = message["payload"]
        os.write(ledger, payload["n"].encode() + b"\n")  # whole: other workers append, too
        if kind == "die":
            os._exit(3)
        for i in range(3 if kind == "parts" else 0):
            send(kind="chunk", request_id=call, payload={"i": i})
        answer = {"kind": kind, "request_id": call}
        if kind == "error":
            answer["error"] = {"code": "asked", "message": payload["n"]}
        else:
            answer["payload"] = payload
        open_calls.add(call)
        heapq.heappush(planned, (time.monotonic() + payload.get("ms", 0) / 1000, call, answer))
    return True


while True:
    wait = max(planned[0][0] - time.monotonic(), 0) if planned else None
    if select.select([0], [], [], wait)[0]:
        piece = os.read(0, 65536)
        if not piece:
            break
        *lines, rest = (rest + piece).split(b"\n")
        if not all(take(json.loads(line)) for line in lines):
            break
    while planned and planned[0][0] <= time.monotonic():
        _, call, answer = heapq.heappop(planned)
        if call in open_calls:
            open_calls.discard(call)
            send(**answer)
