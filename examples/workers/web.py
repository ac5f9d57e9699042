"""A web application: answers each request with what it was asked."""
import json
import sys


def handle(request):
    if request["uri"].endswith("/missing"):
        return {"status": 404, "headers": {"Content-Type": ["text/plain"]}, "body": "There is nothing here.\n"}
    text = f"{request['method']} {request['uri']} from {request['remote_addr']}\n"
    return {"status": 200, "headers": {"Content-Type": ["text/plain"]}, "body": text}


def main():
    for line in sys.stdin:
        message = json.loads(line)
        answer = {"kind": message["kind"], "request_id": message.get("request_id")}
        if message["kind"] == "hello":
            answer = {"kind": "ready", "payload": {"protocol": 1}}
        elif message["kind"] == "http":
            answer["payload"] = handle(message["payload"])
        else:
            answer["error"] = {"code": "unknown_kind", "message": "this is a web application"}
        print(json.dumps(answer), flush=True)


main()
