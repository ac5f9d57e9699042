"""The part of scripts/bench about metrics: what counting costs a call, what a scrape costs with
1,000 workers, and what calls lose while a node is scraped ten times a second.
"""
import http.client
import json
import pathlib
import statistics
import subprocess
import threading
import time

from cluster_bench import PAIRS, Case, measure_case, show

COUNTING = "metrics-counting"
SCRAPES = {"metrics-scrape-1000": "", "metrics-scrape-1000-each": "[metrics]\nworkers = true\n"}
SCRAPED = Case("metrics-scraped-64", ("scraped", "alone"), 64)
NAMES = [COUNTING, *SCRAPES, SCRAPED.name]
WORKERS = 1000


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    if COUNTING in results:
        got = results[COUNTING]["ns"]
        yield "counting a call: at most 60 ns", f"{got:.0f} ns", got <= 60
    for name in SCRAPES:
        if name in results:
            got = results[name]["p50_us"]
            most = 20 if name.endswith("-each") else 10
            yield (f"{name}: p50 at most {most} ms", f"{got / 1000:.1f} ms", got <= 1000 * most)
    if SCRAPED.name in results:
        got = results[SCRAPED.name]["rate_x"]["alone"]
        # One run differs from the next by a tenth and more, with nothing changed.
        yield "calls while ten scrapes a second come: at least 90 %", f"{got:.0%}", got >= 0.9


def scrape(node):
    """Returns the microseconds that a scrape took, and its bytes."""
    begin = time.perf_counter()
    connection = http.client.HTTPConnection(node.address, timeout=30)
    connection.request("GET", "/metrics", headers={"X-API-Key": node.key})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        node.fail(f"GET /metrics answered {answer.status}")
    return (time.perf_counter() - begin) * 1e6, len(text)


class Scraper:
    """Scrapes a node ten times a second; use with `with`."""

    def __init__(self, node):
        self.node = node
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self):
        while not self.stopping.wait(0.1):
            scrape(self.node)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


def measure_counting(build):
    run = subprocess.run([build / "tests/bench/metrics_counting"], stdout=subprocess.PIPE, text=True,
                         check=True)
    return json.loads(run.stdout) | {"wrong": 0, "errors": 0}


def measure_scrapes(build, options, Node, more):
    with Node(build, WORKERS, 1, "", more) as node:
        runs = [scrape(node) for _ in range(5 if options.quick else 30)]
    times = sorted(took for took, _ in runs)
    return {"p50_us": statistics.median(times), "most_us": times[-1], "bytes": runs[-1][1],
            "wrong": 0, "errors": 0}


def measure_scraped(build, options, measure, Node):
    with Node(build, 2, 16, "") as node:
        def run_way(way, outstanding, seconds, payload):
            target = ["socket", node.socket, "echo"]
            if way == "alone":
                return measure(build, target, outstanding, seconds, payload)
            with Scraper(node):
                return measure(build, target, outstanding, seconds, payload)

        pairs = 1 if options.quick else max(PAIRS, options.rounds)
        return measure_case(SCRAPED, run_way, options.seconds, pairs)


def run(options, build, measure, Node):
    """Measures what was chosen; returns the results by name.

    @param Node: starts a node with a pool `echo` of processes."""
    build = pathlib.Path(build)
    results = {}
    for name in (name for name in NAMES if options.only in name):
        if name == COUNTING:
            r = measure_counting(build)
        elif name in SCRAPES:
            r = measure_scrapes(build, options, Node, SCRAPES[name])
        else:
            r = measure_scraped(build, options, measure, Node)
        results[name] = r
        if options.json:
            print(json.dumps({"case": name} | r), flush=True)
        elif name == COUNTING:
            print(f"{name:28} {r['ns']:.1f} ns a call, {r['kinds_ns']:.1f} ns with kinds", flush=True)
        elif name in SCRAPES:
            print(f"{name:28} p50 {r['p50_us'] / 1000:.1f} ms, most {r['most_us'] / 1000:.1f} ms, "
                  f"{r['bytes'] / 1024:.0f} KiB", flush=True)
        else:
            show(SCRAPED, r)
    return results
