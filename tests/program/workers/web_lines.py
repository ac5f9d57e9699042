#!/usr/bin/env python3
"""Answers requests of a web front as a worker of json-lines. The path says what is to be done.

Usage: web_lines.py NOTES, a file that is told what has happened."""
import base64
import json
import select
import sys
from urllib.parse import urlsplit

NOTES = sys.argv[1]


def send(**members):
    sys.stdout.write(json.dumps(members) + "\n")
    sys.stdout.flush()


def receive():
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def note(what):
    with open(NOTES, "a", encoding="utf-8") as notes:
        notes.write(what + "\n")


def body_of(request):
    if "body_base64" in request:
        return base64.b64decode(request["body_base64"])
    return request["body"].encode()


def stream(name, parts):
    """Sends the parts of an answer, the first with its status."""
    for payload in parts:
        send(kind="chunk", request_id=name, payload=payload)
    send(request_id=name, payload=None)


def run_on(name):
    """Sends parts until the caller is gone."""
    send(kind="chunk", request_id=name, payload={"status": 200})
    while not select.select([sys.stdin], [], [], 0)[0]:
        send(kind="chunk", request_id=name, payload={"body": "x" * 1000})
    if receive()["kind"] == "cancel":
        note("cancelled")
    send(request_id=name, payload=None)


def answer(name, request):
    word = urlsplit(request["uri"]).path.strip("/")
    if word == "echo":
        send(request_id=name, payload={
            "status": 200, "headers": {"Content-Type": "application/json"},
            "body": json.dumps(request)})
    elif word == "body":
        coded = base64.b64encode(body_of(request)).decode()
        send(request_id=name, payload={"status": 200, "body_base64": coded})
    elif word == "parts":
        stream(name, [{"status": 103, "headers": {"Link": "</a>"}},
                      {"status": 200, "headers": {"X-A": ["1", "2"]}}, {"body": "é"},
                      {"body_base64": base64.b64encode(b"\xff\n").decode()}])
    elif word == "endless":
        run_on(name)
    elif word == "bad":
        send(request_id=name, payload=json.loads(request["body"]))
    elif word == "bad-part":
        stream(name, [{"body": "without a status"}])
    else:
        send(request_id=name, error={"code": "no_page", "message": "no " + word})


def main():
    while message := receive():
        if message["kind"] == "hello":
            send(kind="ready", payload={"protocol": 1, "capabilities": ["cancel"]})
        elif message["kind"] == "shutdown":
            break
        elif message["kind"] == "http":
            answer(message["request_id"], message["payload"])


main()
