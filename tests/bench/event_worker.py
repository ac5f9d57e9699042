#!/usr/bin/env python3
"""A worker that sends so many events a second, and answers calls: event_worker.py RATE."""
import json
import select
import sys
import time

PERIOD = 1 / float(sys.argv[1])


def say(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main():
    due, sent = time.monotonic() + PERIOD, 0
    buffered = b""
    while True:
        readable, _, _ = select.select([0], [], [], max(0.0, due - time.monotonic()))
        if readable:
            part = sys.stdin.buffer.raw.read(65536)
            if not part:
                return
            buffered += part
            *lines, buffered = buffered.split(b"\n")
            for call in map(json.loads, lines):
                if call["kind"] == "hello":
                    say(kind="ready", payload={"protocol": 1})
                elif call["kind"] == "shutdown":
                    return
                elif call.get("request_id") is not None:
                    say(kind=call["kind"], request_id=call["request_id"], payload=call.get("payload"))
        if time.monotonic() >= due:
            sent += 1
            say(kind="event", payload={"number": sent, "text": "something that happened"})
            due += PERIOD


main()
