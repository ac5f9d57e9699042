#!/usr/bin/env python3
"""The application of `scripts/bench --only web`, in Python: answers each request with its body. It
is a WSGI application, and as a program a worker of json-lines."""
import json
import sys


def answer(method, body):
    """Returns the status, the headers and the body of the answer."""
    if method != "POST":
        return 405, {"Content-Type": "text/plain"}, "POST a body"
    return 200, {"Content-Type": "application/json"}, body


def application(environ, start_response):
    """Answers a request as WSGI has it."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    status, headers, body = answer(environ["REQUEST_METHOD"], body)
    body = body.encode()
    lines = [*headers.items(), ("Content-Length", str(len(body)))]
    start_response({200: "200 OK", 405: "405 Method Not Allowed"}[status], lines)
    return [body]


def main():
    for line in sys.stdin:
        message = json.loads(line)
        if message["kind"] == "hello":
            reply = {"kind": "ready", "payload": {"protocol": 1}}
        elif message["kind"] == "shutdown":
            break
        else:
            request = message["payload"]
            status, headers, body = answer(request["method"], request["body"])
            reply = {"kind": "http", "request_id": message["request_id"],
                     "payload": {"status": status, "headers": headers, "body": body}}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
