#!/usr/bin/env python3
"""A client of a node's unix socket, standard library only: one call at a time.

As a program: client.py TO KIND [PAYLOAD]
"""
import json
import os
import socket
import sys


class CallFailed(Exception):
    """The call ended in an error: `code`, and all the node said in `error`."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.error = error["code"], error


class Client:
    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._lines = self._socket.makefile("rb")
        self._sent = 0

    def call(self, to, kind, payload=None, **options):
        """Returns the result; options: timeout_ms, idempotent, priority, key."""
        self._sent += 1
        call = {"request_id": str(self._sent), "to": to, "kind": kind, "payload": payload}
        self._socket.sendall(json.dumps(call | options).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ConnectionError("the node closed the connection")
        answer = json.loads(line)
        if answer["error"] is not None:
            raise CallFailed(answer["error"])
        return answer["payload"]


def find_node(state_dir=".troupe"):
    """Returns the socket of the node that keeps its state there."""
    with open(os.path.join(state_dir, "connection.json")) as file:
        return json.load(file)["socket"]


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    to, kind, payload = (sys.argv + ["null"])[1:4]
    try:
        print(json.dumps(Client(find_node()).call(to, kind, json.loads(payload))))
    except CallFailed as failed:
        sys.exit(str(failed))
