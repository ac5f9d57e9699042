"""The part of scripts/bench about numbers: how long many workers take to start, what many pools and
connections cost while nothing happens, and how long a reload of many pools takes.
"""
import contextlib
import http.client
import json
import resource
import sys
import time

from bench_node import Node, cpu_seconds, wait_for_workers
from crowd_bench import http_client, idle_clients, idle_pool, socket_client

WORKERS = (500, 1000, 2000, 5000)
POOLS = (250, 1000)
CONNECTIONS = 10_000
START, RELOAD, IDLE_POOLS, IDLE_CONNECTIONS = (
    "scale-workers", "scale-reload", "scale-idle-pools", "scale-idle-connections")
NAMES = [START, RELOAD, IDLE_POOLS, IDLE_CONNECTIONS]
DESCRIPTORS = 65_536  # of the node, if it may: a worker has four, and a front a quarter of all


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for name, what in ((START, "workers"), (RELOAD, "pools of a reload")):
        times = results.get(name, {}).get("cpu_seconds", {})
        if len(times) > 1:
            few, many = min(times), max(times)
            got = times[many] / many / (times[few] / few)
            yield (f"{many} {what}: at most 1.3 × the node's time for each of {few}",
                   f"{got:.2f} ×", got <= 1.3)
    for name in (IDLE_POOLS, IDLE_CONNECTIONS):
        if name in results:
            got = results[name]["cpu"]
            yield f"{name}: less than 0.3 % of a core", f"{got:.2%}", got < 0.003


def allow_descriptors():
    """Raises the limit of this process and of what it starts, beyond the hard one if it may; returns
    the limit."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for most in (max(hard, DESCRIPTORS), hard):
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
            return most
    return hard


def idle_share(node, options):
    """Returns the share of a core that a node takes which is at rest."""
    time.sleep(3)  # what follows a start is over; nothing tells when
    cpu, begun = cpu_seconds(node.process.pid), time.monotonic()
    time.sleep(2 if options.quick else 10)
    return (cpu_seconds(node.process.pid) - cpu) / (time.monotonic() - begun)


def more_pools(build, number, variable):
    """Returns so many pools of one worker each, which starts with the first call.

    @param variable: differs in the configuration before and after a change."""
    worker = json.dumps([str(build / "tests/bench/echo_worker")])
    return "".join(f"[pool.p{i}]\ncommand = {worker}\nsize = {{ min = 0, max = 1 }}\n"
                   f'env = {{ ROUND = "{variable}" }}\n' for i in range(number))


def measure_start(build, options):
    times, cpu = {}, {}
    fit = (allow_descriptors() - 200) // 4
    for number in WORKERS[:2] if options.quick else WORKERS:
        if number > fit:
            print(f"{START}: {fit} workers instead of {number}, since no more descriptors are allowed",
                  file=sys.stderr)
            number = fit
        begun = time.monotonic()
        with Node(build, 1, 1, "", idle_pool(build, number)) as node:
            wait_for_workers(node)
            times[number] = time.monotonic() - begun
            cpu[number] = cpu_seconds(node.process.pid)
    return {"seconds": times, "cpu_seconds": cpu}


def reload(node):
    connection = http.client.HTTPConnection(node.address, timeout=300)
    connection.request("POST", "/api/reload", body="{}", headers={
        "X-API-Key": node.key, "Content-Type": "application/json"})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    if answer.status != 200:
        node.fail(f"the reload answered {body}")
    return body


def measure_reload(build, options):
    times, cpu = {}, {}
    for number in POOLS[:1] if options.quick else POOLS:
        with Node(build, 1, 1, "", more_pools(build, number, 1)) as node:
            config = node.folder / "bench.toml"
            config.write_text(config.read_text().replace('ROUND = "1"', 'ROUND = "2"'))
            begun, cpu_before = time.monotonic(), cpu_seconds(node.process.pid)
            changed = reload(node)["changed"]
            times[number] = time.monotonic() - begun
            cpu[number] = cpu_seconds(node.process.pid) - cpu_before
            if len(changed) != number:
                node.fail(f"a reload changed {len(changed)} pools of {number}")
    return {"seconds": times, "cpu_seconds": cpu}


def measure_idle_pools(build, options):
    with Node(build, 1, 1, "", more_pools(build, POOLS[-1], 1)) as node:
        return {"cpu": idle_share(node, options)}


def measure_idle_connections(build, options):
    with contextlib.ExitStack() as opened:
        node = opened.enter_context(Node(build, 2, 16, ""))
        for connect in (socket_client, http_client):
            opened.enter_context(idle_clients(CONNECTIONS // 2, lambda c=connect: c(node)))
        return {"cpu": idle_share(node, options)}


MEASURES = {START: measure_start, RELOAD: measure_reload, IDLE_POOLS: measure_idle_pools,
            IDLE_CONNECTIONS: measure_idle_connections}


def run(options, build):
    """Measures what was chosen; returns the results by name."""
    results = {}
    if any(options.only in name for name in NAMES):
        allow_descriptors()
    for name in (name for name in NAMES if options.only in name):
        r = MEASURES[name](build, options) | {"wrong": 0, "errors": 0}
        results[name] = r
        if options.json:
            print(json.dumps({"case": name} | r), flush=True)
        elif "cpu" in r:
            print(f"{name:24} {r['cpu']:.2%} of a core", flush=True)
        else:
            print(f"{name:24} " + ", ".join(f"{number}: {took:.2f} s ({r['cpu_seconds'][number]:.2f} s of the node)"
                                            for number, took in r["seconds"].items()), flush=True)
    return results
