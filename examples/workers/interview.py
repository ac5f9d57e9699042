#!/usr/bin/env python3
"""A worker that asks before it answers: one conversation per session.

A conversation is a generator: what it yields is asked, what it is sent are the
answers, what it returns is the result. Several run side by side, by their
session_id, so the pool's window may be above 1.

It talks through stdin and stdout, or through the node's socket. That it dials
again when the node has gone, so that its conversations outlive the node
(survive = true).
"""
import json
import os
import socket
import sys
import time

PATIENCE = 600  # seconds until it is clear that no other node will come


def interview(request):
    topic = (request.get("ctx") or {}).get("topic", "tea")
    answers = yield [
        {"id": "like", "prompt": f"Do you like {topic}?"},
        {"id": "how", "prompt": f"How do you take {topic}?"},
    ]
    if answers["like"].strip().lower() != "yes":
        return f"no {topic}"
    cups = yield [{"id": "cups", "prompt": "How many cups?"}]
    return f"{cups['cups']} cups of {topic}, {answers['how']}"


class Worker:
    def __init__(self):
        self.conversations = {}

    def send(self, message):
        self.output.write(json.dumps(message).encode() + b"\n")
        self.output.flush()

    def advance(self, session, request_id, answers):
        """Runs a conversation up to its next question, or to its end."""
        answer = {"kind": "result", "request_id": request_id}
        try:
            queries = self.conversations[session].send(answers)
            answer.update(kind="paused", payload={"queries": queries})
        except StopIteration as end:
            del self.conversations[session]
            answer["payload"] = end.value
        except Exception as wrong:
            del self.conversations[session]
            answer["error"] = {"code": type(wrong).__name__, "message": str(wrong)}
        self.send(answer)

    def handle(self, message):
        kind, request_id = message["kind"], message.get("request_id")
        payload = message.get("payload") or {}
        session = payload.get("session_id")
        if kind == "hello":
            ready = {"protocol": 1, "capabilities": ["end_session"]}
            self.send({"kind": "ready", "payload": ready})
        elif kind == "shutdown":
            sys.exit()
        elif kind == "run" and session:
            self.conversations[session] = interview(payload)
            self.advance(session, request_id, None)
        elif kind == "continue" and session in self.conversations:
            answers = {r["query_id"]: r["response"] for r in payload["responses"]}
            self.advance(session, request_id, answers)
        elif kind == "end_session":
            self.conversations.pop(session, None)
            self.send({"kind": "end_session", "request_id": request_id})
        elif request_id is not None:
            error = {"code": "no_session", "message": f"{kind} is for sessions"}
            self.send({"kind": kind, "request_id": request_id, "error": error})

    def talk(self, source, output):
        self.output = output
        for line in source:
            self.handle(json.loads(line))


def dial(path):
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            channel = socket.socket(socket.AF_UNIX)
            channel.connect(path)
            return channel
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


worker = Worker()
path = os.environ.get("TROUPE_SOCKET")
if not path:
    worker.talk(sys.stdin.buffer, sys.stdout.buffer)
while path:
    with dial(path) as channel:
        try:
            worker.talk(channel.makefile("rb"), channel.makefile("wb"))
        except ConnectionError:
            pass  # the node went in the middle of a step: nobody waits for it now
