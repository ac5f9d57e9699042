#!/usr/bin/env python3
"""Checks what scripts/bench is made of, without a node: the relays by hand, the counter of
allocations, the table of phases, and the page of figures.

usage: parts_check.py BUILD
"""
import itertools
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.dont_write_bytecode = True
import report  # noqa: E402  no bytecode first
from bench_node import measure  # noqa: E402
from peers_bench import FLOORS, floor  # noqa: E402
from phases import PHASES, TABLE, phase_of  # noqa: E402


def check_relays(build):
    """All calls come back to their callers, whatever the window is and however large they are."""
    for program, window in itertools.product(FLOORS.values(), (1, 16)):
        with floor(program, build, window) as socket:
            for outstanding, payload in ((1, 64), (64, 64), (4, 200_000)):
                r = measure(build, ["socket", socket, "echo"], outstanding, 0.2, payload)
                assert r["calls"] > 0 and r["wrong"] == r["errors"] == 0, r


def check_counter(build):
    """It counts the program that has the file first, and not what that starts."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes(24))
        file.flush()
        run = subprocess.run(
            [build / "tests/bench/bench_client", "direct", build / "tests/bench/echo_worker",
             "--seconds", "0.2"], check=True, stdout=subprocess.PIPE, env=os.environ | {
                 "LD_PRELOAD": str(build / "tests/bench/liballocation_counter.so"),
                 "TROUPE_ALLOCATION_COUNTS": file.name})
        process, allocations, size = struct.unpack("=QQQ", pathlib.Path(file.name).read_bytes())
        assert json.loads(run.stdout)["calls"] > 0
        assert process > 0 and 0 < allocations < size, (process, allocations, size)


def check_phases():
    """A sample is of its innermost function that has a line, and each line is of a phase."""
    assert {phase for phase, _ in TABLE} | {"other"} == set(PHASES)
    for stack, phase in (
            (("malloc", "troupe::wires::json_lines::send_call", "troupe::worker::worker_state::run",
              "caf::scheduled_actor::resume"), "encode"),
            (("ep_poll", "__libc_recv", "troupe::front::client_socket::read",
              "troupe::front::connection::read"), "read"),
            (("sched_yield", "troupe::loop::event_loop::wait"), "idle"),
            (("main",), "other")):
        assert phase_of(stack) == phase, (stack, phase_of(stack))


def check_page():
    """A later run replaces what it has measured again, and leaves the rest; plots are XML."""
    ways = {"p50_us": {"a": 1.0, "b": 2.0}, "p99_us": {"a": 3.0, "b": 4.0},
            "k_per_s": {"a": 5.0, "b": 6.0}, "p50_x": {"b": 0.5}, "rate_x": {"b": 0.8}}
    calls = {"calls_per_s": 1000.0, "p50_us": 9.0, "p99_us": 9.5, "floor_p50_us": 3.0, "p50_x": 3.0,
             "rate_x": 0.1}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        report.write(folder, {"peers-1": ways, "socket-2w-window1-1": calls}, [("first", "1 ×", True)],
                     pathlib.Path("build"))
        report.write(folder, {"socket-2w-window1-1": calls | {"calls_per_s": 7777.0}},
                     [("second", "2 ×", False)], pathlib.Path("build-other"))
        page = (folder / "figures.md").read_text()
        for part in ("| first | 1 × | met |", "| second | 2 × | **missed** |", "7,777", "`peers-1`",
                     f"| {report.today()}, build-other |", f"- {report.today()}: "):
            assert part in page, (part, page)
        assert "| 1,000 |" not in page, page
        for plot in folder.glob("*.svg"):
            xml.parse(plot)
            assert plot.name in page, plot


def main(build):
    build = pathlib.Path(build).resolve()
    check_phases()
    check_page()
    check_counter(build)
    check_relays(build)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
