#!/usr/bin/env python3
"""A worker that outlives its node (survive = true, transport = "unix").

It dials the node's socket, and whenever the connection ends it dials again, until a node is
there. What it counts it keeps in between.
"""
import json
import os
import socket
import time

total = 0


def answer(call):
    """Returns the line that answers a call, or nothing for what is none."""
    global total
    if call["kind"] == "hello":
        return {"kind": "ready", "payload": {"protocol": 1, "name": "counter.py"}}
    if call.get("request_id") is None:
        return None
    head = {"kind": call["kind"], "request_id": call["request_id"]}
    if call["kind"] == "add":
        total += (call.get("payload") or {}).get("n", 1)
    elif call["kind"] != "total":
        error = {"code": "unknown_kind", "message": "this worker knows add and total"}
        return head | {"error": error}
    return head | {"payload": {"total": total, "pid": os.getpid()}}


def serve(connection):
    """Answers until the other end hangs up; returns whether the worker is to stop."""
    for line in connection.makefile("rb"):
        call = json.loads(line)
        if call["kind"] == "shutdown":
            return True
        said = answer(call)
        if said:
            connection.sendall(json.dumps(said).encode() + b"\n")
    return False


stopped = False
while not stopped:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(os.environ["TROUPE_SOCKET"])
            stopped = serve(connection)
        except OSError:
            pass  # no node is there now
    if not stopped:
        time.sleep(0.1)
