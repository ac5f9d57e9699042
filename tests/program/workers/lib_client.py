#!/usr/bin/env python3
"""A client by the library in examples/lib/python, which tries itself against a pool `p` of the
library's worker.

usage: lib_client.py calls | reconnect      the node is found by TROUPE_STATE_DIR"""
import asyncio
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../../examples/lib/python"))
import troupe  # noqa: E402


def failure(of):
    """Returns the error that a call ends in."""
    try:
        result = of()
    except troupe.CallFailed as failed:
        return failed
    raise AssertionError(f"no error, but {result}")


def equal(a, b):
    assert a == b, f"{a!r} is not {b!r}"


def calls(node):
    equal(node.call("p", "join", {"first": "a"}), ["a", "b", 3])
    failed = failure(lambda: node.call("p", "join", {"frist": "a"}))
    equal((failed.code, failed.worker_code, failed.retryable), ("worker_error", "bad_payload", False))
    equal(failed.message, "missing: first; unknown: frist")
    equal(failure(lambda: node.call("nobody", "x")).code, "pool_not_found")
    failed = failure(lambda: node.call("p", "slow", {"ms": 5000}, timeout=0.1))
    equal((failed.code, failed.retryable), ("timeout", True))

    waiting = [node.submit("p", "join", {"first": str(n)}) for n in range(10_000)]
    equal([pending.result()[0] for pending in waiting], [str(n) for n in range(10_000)])

    stream = node.stream("p", "parts", {"texts": ["one", "two"]})
    equal(list(stream), ["one", "two"])
    equal(stream.result(), {"parts": 2})
    for part in node.stream("p", "count", {"to": 1_000_000}):
        if part["progress"] > 0.0001:
            break  # which takes the call back

    pending = node.submit("p", "child", {"ms": 60_000})
    pending.cancel()
    equal(failure(pending.result).code, "cancelled")
    asyncio.run(in_asyncio(node))


async def in_asyncio(node):
    results = await asyncio.gather(*[node.submit("p", "pid") for _ in range(10)])
    equal(len(results), 10)
    try:
        await asyncio.wait_for(node.submit("p", "child", {"ms": 60_000}), 0.1)
    except asyncio.TimeoutError:
        pass
    equal(await node.submit("p", "join", {"first": "a"}), ["a", "b", 3])


def reconnect(node):
    lost = node.submit("p", "child", {"ms": 60_000})
    repeated = node.submit("p", "child", {"ms": 1500}, idempotent=True)
    while node.call("$node", "pool", {"name": "p"})["in_flight"] < 2:
        pass
    print("open", flush=True)  # now the node is killed, and another begins
    failed = failure(lost.result)
    equal((failed.code, failed.retryable), ("node_down", True))
    equal(repeated.result(), None)
    equal(node.call("p", "join", {"first": "a"}), ["a", "b", 3])
    failed = failure(lambda: node.call("p", "join", {"first": "x" * 20_000_000}, idempotent=True))
    equal(failed.code, "payload_too_large")
    equal(node.call("p", "join", {"first": "a"}), ["a", "b", 3])


with troupe.Client(reconnect=60) as client:
    {"calls": calls, "reconnect": reconnect}[sys.argv[1]](client)
print("done")
