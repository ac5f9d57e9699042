#!/usr/bin/env python3
"""The text service as a worker with the library beside it. What is printed goes to the log."""
import os
import time

import troupe

app = troupe.App(name="text.py", version="1.0")


@app.kind
def upper(text: str):
    return {"text": text.upper()}


@app.kind
def reverse(text: str):
    return {"text": text[::-1]}


@app.kind
def sleep(ms: int):
    time.sleep(ms / 1000)
    return {"slept_ms": ms}


@app.kind
def fail(message: str = "failed because it was asked to"):
    raise troupe.Error("asked", message)


@app.kind
def who():
    return {"language": "python", "pid": os.getpid()}


app.run()
