"""A web application for tests. What it does stands in the path."""
import json
import os
import sys
import time

ME = None


def send(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def answer(request, request_id):
    path = request["uri"].split("://", 1)[1].split("/", 1)[1].split("?")[0]

    def part(payload):
        send({"kind": "chunk", "request_id": request_id, "payload": payload})

    if path == "die":
        os.kill(os.getpid(), 9)
    if path == "fail":
        raise RuntimeError("a secret")
    if path == "sleep":
        time.sleep(30)
    if path == "nap":
        time.sleep(0.05)
    if path == "empty":
        return {"status": 204}
    if path == "hints":
        part({"status": 103, "headers": {"Link": ["</a.css>; rel=preload"]}})
        return {"status": 200, "body": "late"}
    if path == "stream":
        part({"status": 200, "headers": {"Content-Type": ["text/plain"]}})
        for word in ("one ", "two ", "three"):
            part({"body": word})
        return {"body": ""}
    if path == "broken":
        part({"status": 200, "headers": {}})
        part({"body": "begun"})
        raise RuntimeError("in the middle")
    if path == "broken-later":  # in one write with the next answer
        part({"status": 200, "headers": {}, "body": "begun"})
        error = {"code": "app", "message": "in the middle"}
        sys.stdout.write(json.dumps({"kind": "http", "request_id": request_id, "error": error}) + "\n")
        return None
    if path == "endless":
        part({"status": 200, "headers": {}})
        while True:
            part({"body": "x" * 65536})
    if path == "headers":
        return {"status": 200, "headers": {"X-A": ["1", "2"], "Connection": ["X-Local"], "X-Local": ["1"],
                                           "Content-Length": ["999"]}, "body": "abc"}
    if path == "body":
        return {"status": 200, **{k: request[k] for k in ("body", "body_base64") if k in request}}
    return {"status": 200, "headers": {"Content-Type": ["application/json"]}, "body": json.dumps(request)}


for line in sys.stdin:
    message = json.loads(line)
    request_id = message.get("request_id")
    if message["kind"] == "hello":
        ME = message["payload"]["worker"]
        send({"kind": "ready", "payload": {"protocol": 1}})
    elif message["kind"] == "http":
        try:
            if (payload := answer(message["payload"], request_id)) is not None:
                send({"kind": "http", "request_id": request_id, "payload": payload})
        except RuntimeError as e:
            send({"kind": "http", "request_id": request_id, "error": {"code": "app", "message": str(e)}})
