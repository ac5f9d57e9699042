#!/usr/bin/env python3
"""A server of the Model Context Protocol on stdin and stdout, in Python with nothing else.

Tools: add, count (reports its progress), wait (can be cancelled), fail, exit. Requests are handled
side by side, each in a thread. Also lists resources and prompts.
"""
import json
import os
import sys
import threading

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def schema(**properties):
    return {"type": "object", "properties": properties, "required": list(properties)}


TOOLS = [
    {"name": "add", "description": "Adds two numbers.", "inputSchema": schema(a=NUMBER, b=NUMBER)},
    {"name": "count", "description": "Counts and reports each step.",
     "inputSchema": schema(to=NUMBER, ms=NUMBER)},
    {"name": "wait", "description": "Waits, unless it is cancelled.",
     "inputSchema": schema(ms=NUMBER)},
    {"name": "cancelled", "description": "Lists the requests that were cancelled.",
     "inputSchema": schema()},
    {"name": "fail", "description": "Fails.", "inputSchema": schema(message=TEXT)},
    {"name": "exit", "description": "Ends the server.", "inputSchema": schema()},
]
RESOURCES = {"note:///hello": "Hello from a resource."}
PROMPTS = {"greet": "Greet {name} in one sentence."}

writing = threading.Lock()
# The requests that run, by id: set when they are cancelled.
running = {}
cancelled = []


def send(**message):
    line = json.dumps({"jsonrpc": "2.0", **message})
    with writing:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def text(value):
    return {"content": [{"type": "text", "text": str(value)}]}


def call_tool(params, stop):
    name, given = params.get("name"), params.get("arguments", {})
    token = params.get("_meta", {}).get("progressToken")
    if name == "add":
        return text(given["a"] + given["b"])
    if name == "count":
        for i in range(1, given["to"] + 1):
            if stop.wait(given.get("ms", 0) / 1000):
                return None
            if token is not None:
                send(method="notifications/progress",
                     params={"progressToken": token, "progress": i, "total": given["to"]})
        return text(given["to"])
    if name == "wait":
        return None if stop.wait(given["ms"] / 1000) else text("done")
    if name == "cancelled":
        return text(len(cancelled))
    if name == "fail":
        return {**text(given.get("message", "asked to fail")), "isError": True}
    if name == "exit":
        os._exit(3)
    raise Refused(-32602, f"no such tool: {name}")


def answer(method, params, stop):
    if method == "initialize":
        return {"protocolVersion": params.get("protocolVersion", "2025-06-18"),
                "capabilities": {"tools": {}, "resources": {}, "prompts": {}, "logging": {}},
                "serverInfo": {"name": "example", "version": "1.0"}}
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return call_tool(params, stop)
    if method == "resources/list":
        return {"resources": [{"uri": uri, "name": uri.rsplit("/", 1)[-1]} for uri in RESOURCES]}
    if method == "resources/read":
        uri = params.get("uri")
        if uri not in RESOURCES:
            raise Refused(-32002, f"no such resource: {uri}")
        return {"contents": [{"uri": uri, "mimeType": "text/plain", "text": RESOURCES[uri]}]}
    if method == "prompts/list":
        return {"prompts": [{"name": name, "arguments": [{"name": "name", "required": True}]}
                            for name in PROMPTS]}
    if method == "prompts/get":
        words = PROMPTS[params["name"]].format(**params.get("arguments", {}))
        return {"messages": [{"role": "user", "content": {"type": "text", "text": words}}]}
    if method == "logging/setLevel":
        send(method="notifications/message",
             params={"level": params.get("level", "info"), "data": "the level is set"})
        return {}
    raise Refused(-32601, f"no such method: {method}")


def handle(number, method, params, stop):
    try:
        result = answer(method, params, stop)
        if not stop.is_set():  # nobody waits for the answer to a request that was cancelled
            send(id=number, result=result)
    except Refused as why:
        send(id=number, error={"code": why.code, "message": str(why)})
    except Exception as why:
        send(id=number, error={"code": -32603, "message": repr(why)})
    finally:
        running.pop(number, None)


def main():
    print(f"server {os.getpid()} is there", file=sys.stderr)
    for line in sys.stdin:
        if not line.strip():
            continue
        message = json.loads(line)
        method, params = message.get("method"), message.get("params", {})
        if method == "notifications/cancelled":
            stop = running.get(params["requestId"])
            if stop:
                cancelled.append(params["requestId"])
                stop.set()
        elif method is not None and "id" in message:
            stop = running[message["id"]] = threading.Event()
            threading.Thread(target=handle, daemon=True,
                             args=(message["id"], method, params, stop)).start()


main()
