#!/usr/bin/env python3
"""A worker with a conversation in it, in the protocol of algocline's pool workers.

It opens a unix socket at its first argument and answers each line with one line. A run asks
two questions at once, then one more that depends on the answers, and is through. Whoever
talks to it may go and another come, also in the middle of a conversation: the worker keeps it.
"""
import json
import os
import socket
import sys
import uuid


class Refused(Exception):
    """Becomes the `error` of the answer."""


def conversation(ctx):
    """Yields lists of questions, is sent their answers, and returns what it made of them."""
    name, language = yield ["What is your name?", "Which language do you like?"]
    (why,) = yield [f"And why {language}, {name}?"]
    occasion = (ctx or {}).get("occasion", "today")
    return f"{name} likes {language} because {why} ({occasion})"


class Session:
    def __init__(self, ctx):
        self.id = str(uuid.uuid4())
        self.talk = conversation(ctx)
        self.asked = 0
        self.result = self.advance(None)

    def advance(self, answers):
        """Returns what the worker says next, as a `feed_result`."""
        try:
            prompts = self.talk.send(answers)
        except StopIteration as end:
            metrics = {"questions": self.asked}
            state = {"Completed": {"result": end.value}}
            return {"Finished": {"state": state, "metrics": metrics}}
        self.open = {f"q{self.asked + i}": prompt for i, prompt in enumerate(prompts)}
        self.answers = {}
        self.asked += len(prompts)
        return {"Paused": {"queries": [{"id": i, "prompt": p} for i, p in self.open.items()]}}

    def answer(self, query, response):
        left = [i for i in self.open if i not in self.answers]
        query = query if query is not None else left[0]
        if query not in left:
            raise Refused(f"there is no open question {query!r}")
        self.answers[query] = response
        if len(left) > 1:
            return {"Accepted": {"remaining": len(left) - 1}}
        return self.advance([self.answers[i] for i in self.open])


session = None


def handshake(order):
    # This one is content with any version, unless it was given one of its own.
    return {"kind": "handshake", "version": os.environ.get("SESSION_VERSION", order["version"])}


def status(_):
    return {"kind": "status", "has_session": session is not None,
            "session_id": session and session.id}


def run(order):
    global session
    if session:
        raise Refused("there is a session in this worker already")
    session = Session(order.get("ctx"))
    return feed(session.result)


def resume(order):
    if not session or order.get("sid") != session.id:
        raise Refused(f"there is no session {order.get('sid')!r} in this worker")
    return feed(session.answer(order.get("query_id"), order["response"]))


def feed(result):
    global session
    data = {"kind": "feed", "session_id": session.id, "feed_result": result}
    if "Finished" in result:
        session = None
    return data


OPERATIONS = {"handshake": handshake, "status": status, "run": run, "continue": resume}


def answer(order):
    try:
        if order.get("op") not in OPERATIONS:
            raise Refused(f"there is no op {order.get('op')!r} here")
        return {"ok": True, "data": OPERATIONS[order["op"]](order), "error": None}
    except Refused as refused:
        return {"ok": False, "data": None, "error": str(refused)}
    except (KeyError, TypeError, AttributeError) as mistake:
        return {"ok": False, "data": None, "error": repr(mistake)}


server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
while True:
    connection, _ = server.accept()
    try:
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                order = json.loads(line)
                if order.get("op") == "shutdown":
                    sys.exit()
                connection.sendall(json.dumps(answer(order)).encode() + b"\n")
    except OSError:
        pass  # it is gone; the next may come
