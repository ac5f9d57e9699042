#!/usr/bin/env python3
"""A worker by the library in examples/lib/python: what the suite of all worker protocols asks
for, and what only a library can do.

The variable WINDOW is the window of the worker."""
import asyncio
import os
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../../examples/lib/python"))
import troupe  # noqa: E402

print("printed before anything else")
app = troupe.App(name="lib_worker.py", version="1.0", window=int(os.environ.get("WINDOW", 0)) or None)
print("printed before the handshake")


def raw(data):
    """Writes past the library."""
    while data:
        data = data[os.write(app._worker.sink, data):]


def line_of(call, payload):
    return troupe._encode({"kind": call.kind, "request_id": call._request_id, "payload": payload})


def conform(payload, call):
    what = payload["do"]
    if what == "error":
        raise troupe.Error("asked", payload["message"])
    if what == "die":
        os._exit(3)
    if what == "sleep":
        time.sleep(payload["ms"] / 1000)
    if what == "garbage":
        raw(b"this is no frame at all\n")
    if what == "half":
        line = line_of(call, payload)
        raw(line[:len(line) // 2])
        os._exit(0)
    if what == "frame":
        return "m" * (payload["size"] - len(line_of(call, "")) + 1)
    if what == "twice":
        raw(line_of(call, payload))
    if what == "split":
        line = line_of(call, payload)
        for i in range(len(line)):
            raw(line[i:i + 1])
    if what == "noise":
        sys.stderr.write("x" * payload["bytes"] + "\n")
        print("y" * payload["bytes"])
    return payload


@app.default
def other(payload, call: troupe.Call):
    """The suite of all protocols, whatever the kind."""
    return conform(payload, call)


# -- what only a library can do -----------------------------------------------------------


@app.kind
def stray(text):
    """Writes to standard output in every way."""
    print(text)
    sys.stdout.write(text)
    sys.stdout.flush()
    os.write(1, text.encode() + b"\n")
    subprocess.run(["sh", "-c", 'echo "$0"; cat', text], check=True)
    return {"text": text}


@app.kind
def join(first: str, second: str = "b", *, third: int = 3):
    return [first, second, third]


@app.kind
def slow(ms, call: troupe.Call):
    """Sleeps, deaf to everything but what the library does."""
    time.sleep(ms / 1000)
    return {"cancelled": call.cancelled}


@app.kind
def child(ms, call: troupe.Call):
    """Waits for a process, which a cancel interrupts in the main thread; else looks up now and
    then."""
    if threading.current_thread() is threading.main_thread():
        subprocess.run(["sleep", str(ms / 1000)], check=True)
        return
    until = time.monotonic() + ms / 1000
    while time.monotonic() < until:
        call.check()
        time.sleep(0.01)


@app.kind
def count(to, call: troupe.Call):
    for n in range(to):
        call.progress(n / to, f"step {n}")
    return {"counted": to}


@app.kind
def parts(texts):
    yield from texts
    return {"parts": len(texts)}


@app.kind
def trace(call: troupe.Call):
    return {"traceparent": call.traceparent, "tracestate": call.tracestate}


@app.kind
def left(call: troupe.Call):
    return {"ms": int(call.time_left() * 1000)}


@app.kind
def via(to, kind, call: troupe.Call, payload=None, timeout=None):
    try:
        return {"inner": call.call(to, kind, payload, timeout=timeout)}
    except troupe.CallFailed as failed:
        return {"code": failed.code, "retryable": failed.retryable}


@app.kind
def pass_on(to, kind, call: troupe.Call):
    return call.call(to, kind)


@app.kind
def interview(call: troupe.Call, ctx=None):
    first, second = call.ask("Who?", {"id": "why", "prompt": "Why?"})
    third = call.ask("When?")[0]
    return f"{first} {second} {third}"


@app.kind
def tell():
    app.log("told", level="warn")
    app.event({"told": 1})


@app.kind
def wrong():
    return {1, 2}


@app.kind
def boom():
    raise ValueError("no such luck")


@app.kind
def pid():
    return os.getpid()


@app.kind
def fork():
    child = os.fork()
    if child == 0:
        return "child"
    os.waitpid(child, 0)
    return "parent"


@app.kind
def leave():
    sys.exit(3)


@app.http
def page(request):
    if request.path == "/bytes":
        return troupe.Response(bytes(range(256)), 201, {"x-a": ["1", "2"]})
    if request.path == "/parts":
        return troupe.Response(part for part in ("one", b"two\xff"))
    return {"method": request.method, "args": request.args(), "body": request.body.hex(),
            "agent": request.header("User-Agent"),
            "path": urllib.parse.quote(request.path)}


if "ASYNC" in os.environ:
    @app.kind("slow_async")
    async def slow_async(ms):
        await asyncio.sleep(ms / 1000)
        return {"slept": ms}

    @app.kind
    async def via_async(to, kind, call: troupe.AsyncCall, payload=None):
        return {"inner": await call.call(to, kind, payload)}

    @app.kind
    async def interview_async(call: troupe.AsyncCall, ctx=None):
        return await call.ask("Who?")

    @app.kind
    async def parts_async(texts):
        for text in texts:
            yield text

app.run()
