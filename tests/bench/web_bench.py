"""The part of scripts/bench about web fronts: the same application behind a node and behind the
servers that Debian has for it, pair by pair. A server that is not installed is left out.
"""
import contextlib
import json
import os
import pathlib
import sys

from cluster_bench import PAIRS, Case, measure_case, show
from peer_servers import Peer, find, free_port, nginx_settings

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 64
WORKERS = 2  # of each, as many as the machine has cores
CASES = [Case("web-php", ("troupe", "nginx"), CONNECTIONS),
         Case("web-python", ("troupe", "uwsgi"), CONNECTIONS)]
NAMES = [case.name for case in CASES]
POOLS = {
    "web-php": (["php", str(HERE / "web_echo.php")], "goridge"),
    "web-python": (["python3", str(HERE / "web_echo.py")], "json-lines"),
}


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for name, r in results.items():
        for other in r["rate_x"]:
            got = r["rate_x"][other]
            yield f"{name}: more requests/s than {other}", f"{got:.2f} ×", got > 1
            got = r["p99_us"]["troupe"] / max(r["p99_us"][other], 0.001)
            yield f"{name}: p99 at most that of {other}", f"{got:.2f} ×", got <= 1


def start_nginx(nginx, fpm):
    """Returns nginx in front of PHP-FPM, set up as Debian does, without a log of requests."""
    peer = Peer()
    (peer.folder / "fpm.conf").write_text(
        f"[global]\nerror_log = {peer.folder}/fpm.log\ndaemonize = no\n"
        f"[www]\nlisten = {peer.folder}/fpm.sock\nlisten.backlog = 511\n"
        + ("user = root\n" if os.geteuid() == 0 else "")
        + f"pm = static\npm.max_children = {WORKERS}\n")
    (peer.folder / "nginx.conf").write_text(
        nginx_settings(peer)
        + "sendfile on;\ntcp_nopush on;\n"
        f"server {{\nlisten 127.0.0.1:{peer.port};\nlocation / {{\n"
        f"include /etc/nginx/fastcgi_params;\nfastcgi_param SCRIPT_FILENAME {HERE}/web_echo.php;\n"
        f"fastcgi_pass unix:{peer.folder}/fpm.sock;\n}}\n}}\n}}\n")
    allowed = ["-R"] if os.geteuid() == 0 else []
    peer.start(fpm, "-F", *allowed, "-y", str(peer.folder / "fpm.conf"))
    peer.wait((peer.folder / "fpm.sock").exists)
    peer.start(nginx, "-p", str(peer.folder), "-c", str(peer.folder / "nginx.conf"))
    peer.wait(peer.listens)
    return peer


def start_uwsgi(uwsgi):
    """Returns uwsgi's router of HTTP in front of its own workers."""
    peer = Peer()
    peer.start(uwsgi, "--plugins", "http,python3", "--http", f"127.0.0.1:{peer.port}",
               "--http-keepalive=60", "--master", "--processes", str(WORKERS),
               "--disable-logging", "--listen", "100", "--wsgi-file", str(HERE / "web_echo.py"))
    peer.wait(peer.listens)
    return peer


def peer_of(way):
    """Returns what starts the server of this way, or None where it is not installed."""
    if way == "nginx":
        nginx, fpm = find("nginx"), find("php-fpm8.2", "php-fpm")
        return (lambda: start_nginx(nginx, fpm)) if nginx and fpm else None
    uwsgi = find("uwsgi", "uwsgi-core")
    return (lambda: start_uwsgi(uwsgi)) if uwsgi else None


def run(options, build, measure, Node):
    """Measures what was chosen; returns the results by name.

    @param Node: starts a node with a pool `echo` of processes."""
    results = {}
    for case in (case for case in CASES if options.only in case.name):
        start = peer_of(case.ways[1])
        if not start:
            print(f"{case.name}: {case.ways[1]} is not installed, the node is measured alone",
                  file=sys.stderr)
            case = Case(case.name, case.ways[:1], case.outstanding)
        command, protocol = POOLS[case.name]
        port = free_port()
        more = (f'[web.app]\nlisten = "127.0.0.1:{port}"\npool = "app"\n[pool.app]\n'
                f'command = {json.dumps(command)}\nprotocol = "{protocol}"\nsize = {WORKERS}\n')
        with contextlib.ExitStack() as running:
            running.enter_context(Node(pathlib.Path(build), 1, 1, "", more))
            ports = {"troupe": port}
            if start:
                ports[case.ways[1]] = running.enter_context(start()).port

            def run_way(way, outstanding, seconds, payload):
                return measure(build, ["web", f"127.0.0.1:{ports[way]}", "/echo"], outstanding,
                               seconds, payload)

            pairs = 1 if options.quick else max(PAIRS, options.rounds)
            results[case.name] = r = measure_case(case, run_way, options.seconds, pairs)
        if options.json:
            print(json.dumps({"case": case.name} | r), flush=True)
        else:
            show(case, r)
    return results
