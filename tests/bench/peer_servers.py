"""Servers of other makes that the node is compared with. Each is optional, listens on a port of its
own on the loopback interface, and ends with its `with`.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

WORKERS = 2


def find(*names):
    """Returns the path of the first of these programs that is installed, or None."""
    path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Peer:
    """Servers in a folder of their own, at one port; use with `with`."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="troupe-bench-"))
        self.port = free_port()
        self.running = []

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self, *command):
        log = open(self.folder / f"log-{len(self.running)}", "w", encoding="utf-8")
        self.running.append(subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder))
        log.close()

    def wait(self, is_there):
        """Waits until `is_there()`: these servers have no other way to tell."""
        deadline = time.monotonic() + 20
        while not is_there():
            if time.monotonic() > deadline or any(p.poll() is not None for p in self.running):
                logs = "\n".join(log.read_text() for log in sorted(self.folder.glob("log-*")))
                raise SystemExit(f"scripts/bench: a server did not start:\n{logs[-2000:]}")
            time.sleep(0.05)

    def listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def work(self, build, protocol):
        """Starts as many workers as a pool of the node has, and waits until they get jobs."""
        workers = [subprocess.Popen([build / "tests/bench/peer_worker", protocol, self.address],
                                    stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
        self.running += workers
        for worker in workers:
            line = worker.stdout.readline()
            worker.stdout.close()
            if line != "ready\n":
                raise SystemExit(f"scripts/bench: a worker of {protocol} did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_gearmand(program, build):
    peer = Peer()
    peer.start(program, "-L", "127.0.0.1", "-p", str(peer.port), "-l", str(peer.folder / "gearmand.log"),
               f"--pid-file={peer.folder}/gearmand.pid",
               *(["--user=root"] if os.geteuid() == 0 else []))
    peer.wait(peer.listens)
    peer.work(build, "gearman")
    return peer


def start_nats(program, build):
    peer = Peer()
    peer.start(program, "-a", "127.0.0.1", "-p", str(peer.port))
    peer.wait(peer.listens)
    peer.work(build, "nats")
    return peer


def start_redis(program, build):
    peer = Peer()
    peer.start(program, "--bind", "127.0.0.1", "--port", str(peer.port), "--save", "",
               "--appendonly", "no", "--dir", str(peer.folder))
    peer.wait(peer.listens)
    peer.work(build, "redis")
    return peer


BROKERS = {"gearman": ("gearmand", start_gearmand), "nats": ("nats-server", start_nats),
           "redis": ("redis-server", start_redis)}


def start_echo(peer, build):
    """Starts the servers of HTTP that a proxy stands before; returns their address."""
    echo = subprocess.Popen([build / "tests/bench/http_echo", str(WORKERS)], stdout=subprocess.PIPE,
                            text=True)
    peer.running.append(echo)
    port = echo.stdout.readline().strip()
    echo.stdout.close()
    return f"127.0.0.1:{port}"


def nginx_settings(peer):
    """Returns the beginning of nginx's configuration, up to the inside of `http`: kept connections, and
    no log of requests.
    """
    temporary = "".join(f"{kind}_temp_path {peer.folder}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (f"daemon off;\nerror_log {peer.folder}/nginx.log;\npid {peer.folder}/nginx.pid;\n"
            + ("user root;\n" if os.geteuid() == 0 else "")
            + "worker_processes auto;\nevents { worker_connections 768; }\n"
            f"http {{\naccess_log off;\nkeepalive_requests 1000000000;\n{temporary}")


def start_nginx_proxy(program, build):
    """Returns nginx as a proxy with kept connections to its servers, without a log of requests."""
    peer = Peer()
    echo = start_echo(peer, build)
    (peer.folder / "nginx.conf").write_text(
        nginx_settings(peer)
        + f"upstream echo {{ server {echo}; keepalive 64; keepalive_requests 1000000000; }}\n"
        f"server {{\nlisten {peer.address};\nlocation / {{\nproxy_pass http://echo;\n"
        "proxy_http_version 1.1;\nproxy_set_header Connection \"\";\n}\n}\n}\n")
    peer.start(program, "-p", str(peer.folder), "-c", str(peer.folder / "nginx.conf"))
    peer.wait(peer.listens)
    return peer


def start_uwsgi_router(program, build):
    """Returns uwsgi's router of HTTP before the same servers."""
    peer = Peer()
    echo = start_echo(peer, build)
    peer.start(program, "--plugins", "http", "--http", peer.address, "--http-to", echo,
               "--http-keepalive=60", "--disable-logging", "--master")
    peer.wait(peer.listens)
    return peer


PROXIES = {"nginx": (("nginx",), start_nginx_proxy),
           "uwsgi": (("uwsgi", "uwsgi-core"), start_uwsgi_router)}
