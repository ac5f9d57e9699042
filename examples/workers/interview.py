#!/usr/bin/env python3
"""A worker that asks before it answers: one conversation per session.

A conversation is a generator: what it yields is asked, what it is sent are the
answers, what it returns is the result. Several run side by side, by their
session_id, so the pool's window may be above 1.
"""
import json
import sys


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


def send(message):
    print(json.dumps(message), flush=True)


def advance(conversations, session, request_id, answers):
    """Runs a conversation up to its next question, or to its end."""
    try:
        queries = conversations[session].send(answers)
        send({"kind": "paused", "request_id": request_id, "payload": {"queries": queries}})
    except StopIteration as end:
        del conversations[session]
        send({"kind": "result", "request_id": request_id, "payload": end.value})
    except Exception as wrong:
        del conversations[session]
        error = {"code": type(wrong).__name__, "message": str(wrong)}
        send({"kind": "result", "request_id": request_id, "error": error})


conversations = {}
for line in sys.stdin.buffer:
    message = json.loads(line)
    kind, request_id = message["kind"], message.get("request_id")
    payload = message.get("payload") or {}
    if kind == "hello":
        send({"kind": "ready", "payload": {"protocol": 1, "capabilities": ["end_session"]}})
    elif kind == "shutdown":
        break
    elif kind == "run" and "session_id" in payload:
        session = payload["session_id"]
        conversations[session] = interview(payload)
        advance(conversations, session, request_id, None)
    elif kind == "continue" and payload.get("session_id") in conversations:
        answers = {r["query_id"]: r["response"] for r in payload["responses"]}
        advance(conversations, payload["session_id"], request_id, answers)
    elif kind == "end_session":
        conversations.pop(payload["session_id"], None)
        send({"kind": "end_session", "request_id": request_id})
    elif request_id is not None:
        error = {"code": "no_session", "message": f"{kind} is for sessions"}
        send({"kind": kind, "request_id": request_id, "error": error})
