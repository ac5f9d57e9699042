#!/usr/bin/env python3
"""A program that takes LOAD seconds to load, and then holds much: of a pool with `preload` its
workers are forked, of one with `command` each loads it."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../../examples/lib/python"))
import troupe  # noqa: E402

if os.path.exists(os.environ.get("BROKEN", "")):
    raise SystemExit("it is broken")
time.sleep(float(os.environ.get("LOAD", "0")))
held = [str(n) for n in range(300_000)]
loaded_by = os.getpid()

app = troupe.App()


@app.kind
def origin():
    return {"pid": os.getpid(), "loaded_by": loaded_by, "parent": os.getppid(),
            "version": os.environ.get("VERSION"), "name": os.environ.get("NAME")}


@app.kind
def sleep(ms):
    time.sleep(ms / 1000)
    return {"held": len(held)}


@app.kind
def die():
    os._exit(3)


app.run()
