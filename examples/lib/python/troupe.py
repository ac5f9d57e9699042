"""Workers and clients of Troupe, in one file with the standard library only.

A worker is functions with a decorator; the members of a call's payload are their arguments:

    import troupe

    app = troupe.App()

    @app.kind
    def upper(text):
        return {"text": text.upper()}

    app.run()

A client finds the node as the command `troupe` does:

    with troupe.Client() as node:
        node.call("text", "upper", {"text": "abc"}, timeout=5)

README.md beside this file shows the rest. Python 3.9 or later.
"""
import asyncio
import base64
import concurrent.futures
import contextvars
import fcntl
import gc
import inspect
import itertools
import json
import os
import queue
import re
import signal
import socket
import sys
import threading
import time
import traceback
import types
import typing
import urllib.parse

__version__ = "0.1.0"
__all__ = ["App", "AsyncCall", "Call", "CallFailed", "Cancelled", "Client", "Error", "Request",
           "Response", "SessionEnded", "current", "open_channel", "preload", "serve"]

PROTOCOL = 1

#: Seconds after which a `cancel` is answered for a function that still runs: the node gives a
#: worker one second before it replaces it.
CANCEL_GRACE = 0.5

#: Seconds for which a worker on a socket waits for the next node (`survive = true`).
PATIENCE = 600.0


# -- errors -----------------------------------------------------------------------------


class Error(Exception):
    """Raised by a worker's function: the caller gets `worker_error` with this `code` as its
    `worker_code`, the message, and the further members."""

    def __init__(self, code, message="", **more):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.more = code, message, more

    def members(self):
        return {**self.more, "code": self.code, "message": self.message}


class CallFailed(Exception):
    """A call to a pool ended in an error. `code` is one of the codes of Troupe, `retryable`
    whether the same call may succeed later, `worker_code` the worker's own code if `code` is
    `worker_error`; `details` has every member."""

    def __init__(self, details):
        self.details = details
        self.code = details.get("code", "internal")
        self.message = details.get("message", "")
        self.retryable = bool(details.get("retryable"))
        self.worker_code = details.get("worker_code")
        super().__init__(f"{self.code}: {self.message}")

    @classmethod
    def of(cls, code, message, retryable=False):
        return cls({"code": code, "message": message, "retryable": retryable})


class Cancelled(BaseException):
    """Raised in a function whose caller has left. Not an Exception, so that `except Exception`
    lets it pass."""


class SessionEnded(Cancelled):
    """Raised where a function asks, if its session ends without a response."""


# -- lines of JSON ----------------------------------------------------------------------


def _encode(message):
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _lines(read):
    """Yields the lines that `read(size)` returns in pieces, until it returns nothing."""
    rest = []
    while True:
        piece = read(1 << 18)
        if not piece:
            return
        whole = piece.split(b"\n")
        last = whole.pop()
        if whole:
            rest.append(whole[0])
            yield b"".join(rest)
            yield from whole[1:]
            rest = []
        if last:
            rest.append(last)


# -- the call that a function runs ------------------------------------------------------

_current = contextvars.ContextVar("troupe call")


def current():
    """Returns the call that this code runs for, or None."""
    return _current.get(None)


class Call:
    """A call in a function. A parameter with this annotation is given it.

    kind, payload, session_id  as they came
    deadline                   of time.monotonic(); None if the node said none
    traceparent, tracestate    the trace that the call is part of, or None
    wants_parts                whether the caller takes parts of the answer
    cancelled                  whether the caller has left
    """

    def __init__(self, worker, message):
        self._worker = worker
        self._lock = threading.Lock()
        self._responses = None  # of a session that asks: who waits for them
        self._waits = set()  # the futures that this call waits for
        self._task = None  # of an asynchronous function
        self._channel = None  # the number of the channel that it came on
        self.cancelled = False
        self.session_id = None
        self._step(message)
        payload = self.payload
        if isinstance(payload, dict) and isinstance(payload.get("session_id"), str):
            self.session_id = payload["session_id"]

    def _step(self, message):
        """Takes a call or, in a session, the next one."""
        self.kind = message["kind"]
        self.payload = message.get("payload")
        self.traceparent = message.get("traceparent")
        self.tracestate = message.get("tracestate")
        self.wants_parts = message.get("stream") is True
        self._channel = self._worker.channel
        left = message.get("deadline_ms")
        self.deadline = None if left is None else time.monotonic() + left / 1000
        self._request_id = message["request_id"]

    def time_left(self):
        """Returns the seconds until the deadline, 0 if it is over, None if there is none."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def check(self):
        """Raises Cancelled if the caller has left."""
        if self.cancelled:
            raise Cancelled()

    def part(self, payload):
        """Sends a part of the answer, if the caller takes parts. Raises as `check`."""
        self.check()
        if self.wants_parts:
            self._send({"kind": "chunk", "request_id": self._request_id, "payload": payload})

    def progress(self, done, text=None):
        """Sends how far the call is, from 0 to 1, as a part. Raises as `check`."""
        self.part({"progress": done} if text is None else {"progress": done, "text": text})

    def call(self, to, kind, payload=None, **options):
        """Calls a pool of the node and returns the result; raises CallFailed.

        Options: timeout (seconds), idempotent, priority, key. The call has no more time than
        this one, ends with it, and is part of its trace."""
        return self._wait(lambda future: self._begin_call(future, to, kind, payload, options))

    def ask(self, *queries):
        """Asks the client of the session, and returns the responses in the order of the
        queries. A query is a text, or an object with "id" and "prompt". Raises SessionEnded
        if the session ends before, and Error if the call is not part of a session."""
        return self._wait(lambda future: self._begin_asking(future, queries))

    # -- inside --

    def _send(self, message):
        self._worker.send(message, self)

    def _wait(self, begin):
        future = concurrent.futures.Future()
        try:
            begin(future)
            return future.result()
        finally:
            self._waits.discard(future)
            self._worker.forget(future)

    def _begin_call(self, future, to, kind, payload, options):
        self._watch(future)
        members = _call_members(to, kind, payload, options)
        members["parent"] = self._request_id
        self._send({"kind": "call", "request_id": self._worker.expect(future), "payload": members})

    def _begin_asking(self, future, queries):
        if self.session_id is None:
            raise Error("no_session", "this call asks, so it must be part of a session")
        asked = [{"id": f"q{i}", "prompt": q} if isinstance(q, str) else q
                 for i, q in enumerate(queries, 1)]
        self._watch(future)
        with self._lock:
            self._responses = future
        self._worker.pause(self, {"kind": "paused", "request_id": self._request_id,
                                  "payload": {"queries": asked}})

    def _watch(self, future):
        with self._lock:
            self._waits.add(future)
        self.check()

    def _resume(self, message):
        """Takes the responses. Returns whether the session waits for any."""
        with self._lock:
            future, self._responses = self._responses, None
        if future is None:
            return False
        payload = self.payload
        self._step(message)
        responses = (self.payload or {}).get("responses") or []
        self.payload = payload
        _settle(future, [r.get("response") for r in responses])
        return True

    def _end(self, why):
        """Makes what waits in this call raise `why`."""
        with self._lock:
            self.cancelled = True
            self._responses = None
            waits = list(self._waits)
        for future in waits:
            _settle(future, error=why)


class AsyncCall(Call):
    """The Call of an asynchronous function: `await call.call(…)` and `await call.ask(…)`."""

    async def call(self, to, kind, payload=None, **options):
        return await self._wait_async(
            lambda future: self._begin_call(future, to, kind, payload, options))

    async def ask(self, *queries):
        return await self._wait_async(lambda future: self._begin_asking(future, queries))

    async def _wait_async(self, begin):
        future = concurrent.futures.Future()
        try:
            begin(future)
            return await asyncio.wrap_future(future)
        finally:
            self._waits.discard(future)
            self._worker.forget(future)


def _settle(future, value=None, error=None):
    """Settles a future, unless somebody was faster."""
    try:
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)
    except concurrent.futures.InvalidStateError:
        pass


def _call_members(to, kind, payload, options):
    members = {"to": to, "kind": kind, "payload": payload}
    for name, value in options.items():
        if name not in ("timeout", "idempotent", "priority", "key", "traceparent", "tracestate"):
            raise TypeError(f"a call has no option '{name}'")
        if value is None:
            continue
        if name == "timeout":
            members["timeout_ms"] = max(1, int(value * 1000))
        else:
            members[name] = value
    return members


# -- arguments --------------------------------------------------------------------------

_JSON_NAMES = {str: "a string", int: "a whole number", float: "a number", bool: "true or false",
               dict: "an object", list: "an array"}


def _fits(value, wanted):
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, wanted)


class _Function:
    """A function that answers calls, and what it wants to be given."""

    def __init__(self, function, whole):
        self.function = function
        self.whole = whole
        self.is_async = (inspect.iscoroutinefunction(function)
                         or inspect.isasyncgenfunction(function))
        try:
            hints = typing.get_type_hints(function)
        except Exception:  # annotations may name what is not there at run time
            hints = {}
        self.call_name = None
        self.names, self.required, self.types = [], [], {}
        self.takes_rest = False
        for name, parameter in inspect.signature(function).parameters.items():
            hint = hints.get(name)
            if isinstance(hint, type) and issubclass(hint, Call):
                self.call_name = name
            elif parameter.kind is parameter.VAR_KEYWORD:
                self.takes_rest = True
            elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
                raise TypeError(f"{function.__name__}: '{name}' cannot be named by a member of a "
                                "payload; write it without / and *")
            else:
                self.names.append(name)
                if parameter.default is parameter.empty:
                    self.required.append(name)
                if hint in _JSON_NAMES:
                    self.types[name] = hint
        if whole and len(self.names) != 1:
            raise TypeError(f"{function.__name__} takes the whole payload, so it has one parameter "
                            "beside the Call")

    def arguments(self, call):
        """Returns the keyword arguments for a call. Raises Error if its payload does not fit."""
        given = self._given(call.payload)
        if self.call_name:
            given[self.call_name] = call
        return given

    def _given(self, payload):
        if self.whole:
            return {self.names[0]: payload}
        if payload is None:
            payload = {}
        if not isinstance(payload, dict):
            raise Error("bad_payload", "the payload must be an object with "
                        + (", ".join(self.names) or "no members"))
        given = {k: v for k, v in payload.items() if k != "session_id" or k in self.names}
        wrong = []
        missing = [n for n in self.required if n not in given]
        if missing:
            wrong.append("missing: " + ", ".join(missing))
        unknown = [k for k in given
                   if k not in self.names and (not self.takes_rest or k == self.call_name)]
        if unknown:
            wrong.append("unknown: " + ", ".join(unknown))
        for name, wanted in self.types.items():
            if name in given and not _fits(given[name], wanted):
                wrong.append(f"{name} must be {_JSON_NAMES[wanted]}")
        if wrong:
            raise Error("bad_payload", "; ".join(wrong))
        return given


# -- workers ----------------------------------------------------------------------------


class App:
    """What a worker can do.

    window  how many calls may run at a time: without it one for functions, and the pool's
            `window` if one of them is asynchronous. Functions that are not asynchronous run
            in threads if it is above 1, else in the main thread.
    """

    def __init__(self, name=None, version=None, window=None):
        self.name, self.version, self.window = name, version, window
        self._functions = {}
        self._default = None
        self._routes = {}
        self._worker = None
        is_worker = "TROUPE_WORKER_MARK" in os.environ and "TROUPE_PRELOAD_FD" not in os.environ
        if is_worker and not os.environ.get("TROUPE_SOCKET"):
            _take_stdio()  # what other modules print while they load is no answer

    def kind(self, name=None, *, whole=False):
        """Decorates the function that answers calls of a kind: that of its name, or `name`.
        With `whole` its one parameter is given the payload, whatever that is."""
        if callable(name):
            return self._add(name.__name__, name, whole)
        return lambda function: self._add(name or function.__name__, function, whole)

    def default(self, function):
        """Decorates the function that answers calls of any other kind: its one parameter is
        the payload, beside a Call, which has the kind."""
        self._default = _Function(function, True)
        return function

    def http(self, path=None):
        """Decorates the function that answers web requests: all, or those of one path. It is
        given a Request, and returns a Response or what may stand in one; a generator's values
        are the parts of the body."""
        if callable(path):
            return self._add_route(None, path)
        return lambda function: self._add_route(path, function)

    def run(self):
        """Answers calls until the node says that the worker shall end."""
        preload()
        address = os.environ.get("TROUPE_SOCKET")
        channels = _dialled(address) if address else iter([_take_stdio()])
        _Worker(self, channels).run()

    def log(self, message, level="info"):
        """Writes a line to the node's log. What is printed is logged too, without a level."""
        self._say("log", {"level": level, "message": message})

    def event(self, payload):
        """Publishes an event."""
        self._say("event", payload)

    def metric(self, name, value=1, **labels):
        """Gives a sample of a metric that the configuration declares."""
        self._say("metric", {"name": name, "value": value, "labels": labels})

    # -- inside --

    def _add(self, name, function, whole):
        if name in self._functions:
            raise ValueError(f"there are two functions for the kind '{name}'")
        self._functions[name] = _Function(function, whole)
        return function

    def _add_route(self, path, function):
        if not self._routes and "http" in self._functions:
            raise ValueError("there is a function for the kind 'http' already")
        if path in self._routes:
            raise ValueError(f"there are two functions for the path '{path}'")
        self._routes[path] = function
        one_waits = any(map(inspect.iscoroutinefunction, self._routes.values()))
        answer = self._answer_http_async if one_waits else self._answer_http
        self._functions["http"] = _Function(answer, True)
        return function

    def _route(self, request):
        found = self._routes.get(request.path, self._routes.get(None))
        return found or (lambda _: Response("not found\n", 404))

    def _answer_http(self, payload, call: Call):
        request = Request(payload, call)
        return _web_answer(self._route(request)(request), call)

    async def _answer_http_async(self, payload, call: AsyncCall):
        request = Request(payload, call)
        function = self._route(request)
        if inspect.iscoroutinefunction(function):
            return _web_answer(await function(request), call)
        return await asyncio.to_thread(lambda: _web_answer(function(request), call))

    def _function(self, kind):
        found = self._functions.get(kind, self._default)
        if found is None:
            known = ", ".join(sorted(self._functions)) or "none"
            raise Error("unknown_kind", f"there is no kind '{kind}' here; known: {known}")
        return found

    def _has_async(self):
        every = list(self._functions.values()) + ([self._default] if self._default else [])
        return any(f.is_async for f in every)

    def _ready(self):
        payload = {"protocol": PROTOCOL, "capabilities": ["cancel", "ping", "end_session"]}
        if self.name:
            payload["name"] = self.name
        if self.version:
            payload["version"] = self.version
        window = self.window or (None if self._has_async() else 1)
        if window:
            payload["window"] = window
        return {"kind": "ready", "payload": payload}

    def _say(self, kind, payload):
        if self._worker:
            self._worker.send({"kind": kind, "payload": payload})


# -- preloading -------------------------------------------------------------------------


def preload():
    """In a pool with `preload`: the program is loaded. Returns in each worker that the node has
    forked from here, and never in this process, which ends with the node. Elsewhere it returns
    at once. `App.run` calls it; what is done before it is done once, and shared by all workers.
    """
    number = os.environ.pop("TROUPE_PRELOAD_FD", None)
    if number is None:
        return
    node = socket.socket(fileno=int(number))
    node.set_inheritable(False)
    gc.collect()
    gc.freeze()  # a collection in a worker would write to, and so copy, every object
    node.send(_encode({"kind": "ready", "protocol": 1}))
    warned = False
    while True:
        packet, descriptors, _, _ = socket.recv_fds(node, 1 << 16, 16)
        if not packet:
            sys.exit(0)
        request = json.loads(packet)
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1 and not warned:
            warned = True
            print(f"{threads} threads run where workers are forked: locks that they hold stay "
                  "locked in the workers", file=sys.stderr)
        answer = {"id": request["id"]}
        try:
            pid = _fork(node, descriptors, request["env"])
            if pid is None:
                return
            answer.update(kind="forked", pid=pid)
        except OSError as wrong:
            answer.update(kind="failed", message=str(wrong))
        for descriptor in descriptors:
            os.close(descriptor)
        node.send(_encode(answer))


def _fork(node, descriptors, variables):
    """Returns the pid of a new worker, or None in the worker itself. It becomes a child of the
    node: its parent, a process in between, ends at once."""
    told, tells = os.pipe()
    for stream in sys.stdout, sys.stderr:
        stream.flush()
    between = os.fork()
    if between == 0:
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            os._exit(1)
        os.setsid()
        os.write(tells, b"%d" % os.getpid())
        for descriptor in told, tells:
            os.close(descriptor)
        node.close()
        _become(descriptors, variables)
        return None
    os.close(tells)
    pid = os.read(told, 32)
    os.close(told)
    os.waitpid(between, 0)
    if not pid:
        raise OSError("the forked process has ended at once")
    return int(pid)


def _become(descriptors, variables):
    """Has this process be the worker that the descriptors and variables are for."""
    above = [fcntl.fcntl(d, fcntl.F_DUPFD_CLOEXEC, 16) for d in descriptors]
    for number, descriptor in enumerate(above):
        os.dup2(descriptor, number)
    for descriptor in above + descriptors:
        if descriptor >= len(above):
            os.close(descriptor)
    os.environ.update(variables)
    _overwrite_mark(variables.get("TROUPE_WORKER_MARK", ""))


def _overwrite_mark(mark):
    """Writes the mark of this worker where the system shows with what it was started: the node
    looks there for processes that a worker has left behind."""
    try:
        with open("/proc/self/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        begin, end = int(fields[47]), int(fields[48])
        with open("/proc/self/mem", "r+b", buffering=0) as memory:
            memory.seek(begin)
            text = b"\0" + memory.read(end - begin)
            name = b"\0TROUPE_WORKER_MARK="
            at = text.find(name)
            if at >= 0 and text.find(b"\0", at + 1) == at + len(name) + len(mark):
                memory.seek(begin + at + len(name) - 1)
                memory.write(mark.encode())
    except (OSError, ValueError, IndexError) as wrong:
        print(f"cannot mark this worker: {wrong}", file=sys.stderr)


# -- channels ---------------------------------------------------------------------------


def serve(app, source, sink):
    """Runs one worker on two descriptors, which may be the same, until the node ends it."""
    _Worker(app, iter([(source, sink)])).run()


def open_channel():
    """Returns the descriptors on which the node speaks to this worker: its socket, if the pool
    has one, else what were standard input and output."""
    address = os.environ.get("TROUPE_SOCKET")
    return next(_dialled(address)) if address else _take_stdio()


_stdio = None


def _take_stdio():
    """Moves standard input and output out of reach of what prints, here or in a process that
    this one starts: that goes to standard error. Returns the two descriptors they are now."""
    global _stdio
    if _stdio is None:
        source = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 3)
        sink = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 3)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)  # before the flush of what was printed until now
        sys.stdout.reconfigure(line_buffering=True)
        _stdio = source, sink
    return _stdio


def _dialled(address):
    """Yields connections to the node, one whenever the last has ended."""
    sys.stdout.reconfigure(line_buffering=True)
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            if "/" in address:
                channel = socket.socket(socket.AF_UNIX)
                channel.connect(address)
            else:
                host, _, port = address.rpartition(":")
                channel = socket.create_connection((host, int(port)))
                channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            if time.monotonic() > give_up:
                return
            time.sleep(0.1)
            continue
        fd = channel.detach()
        yield fd, fd
        os.close(fd)
        give_up = time.monotonic() + PATIENCE


class _Worker:
    """One worker: a thread reads what the node says, others run functions."""

    def __init__(self, app, channels):
        self.app = app
        self.channels = channels
        self.sink = None
        self.channel = 0  # counts them: ids of calls are those of one channel
        self.sending = threading.Lock()
        self.lock = threading.Lock()
        self.running = {}  # request_id: the Call
        self.sessions = {}  # session_id: the Call that asks
        self.own = {}  # the name of a call that the worker makes: its future
        self.names = {}  # the future: that name
        self.numbers = itertools.count(1)
        self.runner = None
        self.pid = os.getpid()

    def run(self):
        app = self.app
        if app._has_async():
            self.runner = _Loop(self)
        elif (app.window or 1) > 1:
            self.runner = _Threads(self, app.window)
        else:
            self.runner = _MainThread(self)
        app._worker = self
        threading.Thread(target=self._read, name="troupe reader", daemon=True).start()
        self.runner.run()
        sys.stdout.flush()

    # -- to the node --

    def send(self, message, call=None):
        """Writes a message, whole, whatever else is written and whoever cancels."""
        line = _encode(message)
        with self.runner.uninterrupted(call):
            with self.sending:
                data = memoryview(line)
                sink = self.sink if call is None or call._channel == self.channel else None
                try:
                    while data and sink is not None:
                        data = data[os.write(sink, data):]
                except OSError:
                    pass  # the node is gone: the reader is told too

    def expect(self, future):
        """Returns a name for a call whose answer settles `future`."""
        name = f"own-{next(self.numbers)}"
        with self.lock:
            self.own[name] = future
            self.names[future] = name
        return name

    def forget(self, future):
        with self.lock:
            name = self.names.pop(future, None)
            waits = name is not None and self.own.pop(name, None) is not None
        if waits:
            self.send({"kind": "cancel", "request_id": name})

    def pause(self, call, message):
        with self.lock:
            if self.running.get(call._request_id) is not call:
                raise Cancelled()
            del self.running[call._request_id]
            self.sessions[call.session_id] = call
        self.send(message, call)

    def settle(self, call, answer):
        """Answers a call, unless that has been done."""
        if os.getpid() != self.pid:  # forked by the function: the answer is its parent's
            os._exit(0)
        with self.lock:
            if self.running.get(call._request_id) is not call:
                return
            del self.running[call._request_id]
        head = {"kind": call.kind if call.kind != "chunk" else "result",
                "request_id": call._request_id}
        try:
            self.send({**head, **answer}, call)
        except (TypeError, ValueError, RecursionError) as wrong:
            self.send({**head, "error": {"code": "bad_result",
                                         "message": f"the result is not JSON: {wrong}"}}, call)

    # -- from the node --

    def _read(self):
        try:
            for source, sink in self.channels:
                with self.sending:
                    self.sink = sink
                    self.channel += 1
                try:
                    for line in _lines(lambda size: os.read(source, size)):
                        if line.strip() and not self._take(json.loads(line)):
                            return
                except OSError:
                    pass  # the connection ended in the middle of something
                if source == sink:  # else the input alone has ended, and answers are still read
                    self._disconnect()
        except Exception:
            traceback.print_exc()
        finally:
            self._end()

    def _disconnect(self):
        with self.sending:
            self.sink = None
        with self.lock:
            waits, self.own = list(self.own.values()), {}
            lost, self.running = list(self.running.values()), {}
        for future in waits:
            _settle(future, error=CallFailed.of("node_down", "the node is gone", True))
        for call in lost:
            call.cancelled = True
            self.runner.cancel(call)

    def _end(self):
        """No more calls come: those that are here may end, sessions that ask cannot."""
        with self.lock:
            asking = list(self.sessions.values())
            self.sessions.clear()
        for call in asking:
            call._end(SessionEnded())
        self.runner.stop()

    def _take(self, message):
        """Does what a message says. Returns whether more may come."""
        kind, name = message["kind"], message.get("request_id")
        if kind == "hello":
            self.send(self.app._ready())
        elif kind == "shutdown":
            return False
        elif kind == "ping":
            self.send({"kind": "pong", "request_id": name})
        elif kind == "cancel":
            self._cancel(name)
        elif kind == "end_session":
            self._end_session(message)
        elif isinstance(name, str) and name.startswith("own-"):
            self._answered(name, message)
        elif name is not None:
            self._begin(message)
        return True

    def _answered(self, name, message):
        with self.lock:
            future = self.own.pop(name, None)
        if future is None:
            return
        if message.get("error") is not None:
            _settle(future, error=CallFailed(message["error"]))
        else:
            _settle(future, message.get("payload"))

    def _begin(self, message):
        if message["kind"] == "continue":
            payload = message.get("payload")
            session = payload.get("session_id") if isinstance(payload, dict) else None
            with self.lock:
                call = self.sessions.pop(session, None)
                if call:
                    self.running[message["request_id"]] = call
            if call and call._resume(message):
                return
        call = (AsyncCall if self._is_async(message["kind"]) else Call)(self, message)
        with self.lock:
            self.running[call._request_id] = call
        self.runner.begin(call)

    def _is_async(self, kind):
        found = self.app._functions.get(kind, self.app._default)
        return found is not None and found.is_async

    def _cancel(self, name):
        with self.lock:
            call = self.running.get(name)
        if call is None:
            return
        call.cancelled = True
        self.runner.cancel(call)
        timer = threading.Timer(CANCEL_GRACE, self._give_up, [call])
        timer.daemon = True
        timer.start()

    def _give_up(self, call):
        """Answers for a function that does not end when it is cancelled."""
        with self.lock:
            still = self.running.get(call._request_id) is call
        if still:
            self.runner.give_up(call)
            self.settle(call, _CANCELLED)

    def _end_session(self, message):
        session = (message.get("payload") or {}).get("session_id")
        with self.lock:
            call = self.sessions.pop(session, None)
        if call:
            call._end(SessionEnded())
        self.send({"kind": "end_session", "request_id": message.get("request_id")})

    # -- functions --

    def answer(self, call, run):
        """Runs `run(function, arguments)` for a call, and answers it."""
        token = _current.set(call)
        try:
            answer = {"payload": run(self.app._function(call.kind))}
        except BaseException as wrong:
            answer = _failure(wrong)
        finally:
            _current.reset(token)
        self.settle(call, answer)

    async def answer_async(self, call):
        _current.set(call)
        try:
            function = self.app._function(call.kind)
            made = function.function(**function.arguments(call))
            if inspect.isasyncgen(made):
                async for part in made:
                    call.part(part)
                answer = {"payload": None}
            else:
                answer = {"payload": await made}
        except BaseException as wrong:
            answer = _failure(wrong)
        self.settle(call, answer)


_CANCELLED = {"error": {"code": "cancelled", "message": "the caller has left"}}


def _failure(wrong):
    """Returns the members of an answer for what a function raised."""
    if isinstance(wrong, (Cancelled, asyncio.CancelledError)):
        return _CANCELLED
    if isinstance(wrong, Error):
        return {"error": wrong.members()}
    if isinstance(wrong, CallFailed):
        return {"error": {**wrong.details, "code": wrong.code, "message": wrong.message}}
    if not isinstance(wrong, Exception):
        raise wrong  # SystemExit, KeyboardInterrupt: the worker ends
    try:
        traceback.print_exception(type(wrong), wrong, wrong.__traceback__)
    except Exception:  # the function has closed standard error
        pass
    return {"error": {"code": type(wrong).__name__, "message": str(wrong)}}


def _run(function, call):
    """Runs a function; the values of a generator are parts."""
    made = function.function(**function.arguments(call))
    if not isinstance(made, types.GeneratorType):
        return made
    try:
        while True:
            call.part(next(made))
    except StopIteration as end:
        return end.value
    finally:
        made.close()


class _MainThread:
    """Runs one call at a time in the main thread, where a cancel interrupts also a sleep, a
    read or a process that is waited for."""

    SIGNAL = signal.SIGURG  # ignored by default, so a late one does no harm

    def __init__(self, worker):
        self.worker = worker
        self.calls = queue.SimpleQueue()
        self.interruptible = None  # the call whose function runs
        self.writing = False
        self.due = False
        self.thread = threading.get_ident()
        self.signals = threading.current_thread() is threading.main_thread()

    def run(self):
        before = signal.signal(self.SIGNAL, self._interrupt) if self.signals else None
        try:
            for call in iter(self.calls.get, None):
                self.worker.answer(call, lambda function: self._run(function, call))
        finally:
            if self.signals:
                signal.signal(self.SIGNAL, before)

    def _run(self, function, call):
        try:
            self.interruptible = call
            call.check()
            return _run(function, call)
        finally:
            self.interruptible = None
            self.due = False

    def _interrupt(self, number, frame):
        call = self.interruptible
        if call is None or not call.cancelled:
            return
        if self.writing:
            self.due = True
            return
        self.interruptible = None
        raise Cancelled()

    def uninterrupted(self, call):
        return _Uninterrupted(self) if threading.get_ident() == self.thread else _NOTHING

    def begin(self, call):
        self.calls.put(call)

    def cancel(self, call):
        if self.signals:
            signal.pthread_kill(self.thread, self.SIGNAL)
        else:
            call._end(Cancelled())

    def give_up(self, call):
        pass  # the next call waits for this one

    def stop(self):
        self.calls.put(None)


class _Uninterrupted:
    """Holds a cancel back while a line is written."""

    def __init__(self, runner):
        self.runner = runner

    def __enter__(self):
        self.before, self.runner.writing = self.runner.writing, True

    def __exit__(self, *_):
        self.runner.writing = self.before
        if self.runner.due and not self.before:
            self.runner.due = False
            self.runner.interruptible = None
            raise Cancelled()


class _Nothing:
    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


_NOTHING = _Nothing()


class _Threads:
    """Runs calls in so many threads. One whose function does not end when it is cancelled is
    replaced, at most three times as many as the window has.

    `fail` is called with an exception that ends the worker, such as SystemExit. By default `run`
    raises it: in a thread it would end the thread alone, and the call would have no answer."""

    def __init__(self, worker, window, fail=None):
        self.worker = worker
        self.fail = fail or self._fail
        self.failed = None
        self.calls = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.most = 4 * window
        self.wanted = window
        self.threads = []
        self.given_up = set()
        self.ended = threading.Event()

    def start(self):
        with self.lock:
            while len(self.threads) < self.wanted:
                thread = threading.Thread(target=self._work, name="troupe call", daemon=True)
                self.threads.append(thread)
                thread.start()

    def run(self):
        self.start()
        self.ended.wait()
        if self.failed:
            raise self.failed
        for thread in list(self.threads):
            self.calls.put(None)
        for thread in list(self.threads):
            thread.join()

    def _work(self):
        for call in iter(self.calls.get, None):
            try:
                self.worker.answer(call, lambda function: _run(function, call))
            except BaseException as wrong:
                self.fail(wrong)
                return
            with self.lock:
                if call in self.given_up:
                    self.given_up.remove(call)
                    self.wanted -= 1
                    self.threads.remove(threading.current_thread())
                    return

    def _fail(self, wrong):
        self.failed = wrong
        self.ended.set()

    def uninterrupted(self, call):
        return _NOTHING

    def begin(self, call):
        self.calls.put(call)

    def cancel(self, call):
        call._end(Cancelled())

    def give_up(self, call):
        with self.lock:
            if self.wanted >= self.most:
                return
            self.given_up.add(call)
            self.wanted += 1
        self.start()

    def stop(self):
        self.ended.set()


class _Loop:
    """Runs asynchronous functions in an event loop in the main thread, others in threads."""

    def __init__(self, worker):
        self.worker = worker
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)  # Python 3.9 binds an Event to it
        self.tasks = set()
        self.ended = asyncio.Event()
        self.failed = None
        self.threads = _Threads(worker, worker.app.window or 8, self._fail)

    def run(self):
        try:
            self.loop.run_until_complete(self._until_the_end())
        finally:
            self.loop.close()

    def _fail(self, wrong):
        self.failed = wrong
        self.stop()

    async def _until_the_end(self):
        await self.ended.wait()
        if self.failed:
            raise self.failed
        if self.tasks:
            await asyncio.wait(self.tasks)
        self.threads.stop()
        if self.threads.threads:
            await self.loop.run_in_executor(None, self.threads.run)

    def uninterrupted(self, call):
        return _NOTHING

    def begin(self, call):
        if isinstance(call, AsyncCall):
            self.loop.call_soon_threadsafe(self._begin, call)
        else:
            self.threads.start()
            self.threads.begin(call)

    def _begin(self, call):
        if call.cancelled:
            return self.worker.settle(call, _CANCELLED)
        call._task = self.loop.create_task(self.worker.answer_async(call))
        self.tasks.add(call._task)
        call._task.add_done_callback(self.tasks.discard)

    def cancel(self, call):
        if isinstance(call, AsyncCall):
            self.loop.call_soon_threadsafe(lambda: call._task and call._task.cancel())
        else:
            self.threads.cancel(call)

    def give_up(self, call):
        if not isinstance(call, AsyncCall):
            self.threads.give_up(call)

    def stop(self):
        self.loop.call_soon_threadsafe(self.ended.set)


# -- web requests -----------------------------------------------------------------------

#: The path and the query of a URI. Not by urllib, which raises for some hosts: a client may name
#: any, or none.
_URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)(?:\?([^#]*))?")


class Request:
    """A web request.

    method, uri, path, remote_addr  texts
    query, cookies                  as the node has them
    headers                         lists of texts by name in small letters
    body                            bytes; parsed: the tree of a form; uploads: its files
    call                            the Call
    """

    def __init__(self, payload, call):
        self.call = call
        self.method = payload.get("method", "GET")
        self.uri = payload.get("uri", "/")
        path, self._query = _URI.match(self.uri).groups(default="")
        self.path = urllib.parse.unquote(path) or "/"
        self.query = payload.get("query")
        self.cookies = payload.get("cookies") or {}
        self.remote_addr = payload.get("remote_addr")
        self.headers = {k.lower(): v for k, v in (payload.get("headers") or {}).items()}
        self.parsed = payload.get("parsed")
        self.uploads = payload.get("uploads")
        if payload.get("body_base64") is not None:
            self.body = base64.b64decode(payload["body_base64"])
        else:
            self.body = (payload.get("body") or "").encode()

    def header(self, name, otherwise=None):
        """Returns the first value of a header."""
        values = self.headers.get(name.lower())
        return values[0] if values else otherwise

    def args(self):
        """Returns the parameters of the query as texts; of several of a name, the last."""
        return dict(urllib.parse.parse_qsl(self._query, keep_blank_values=True))

    def json(self):
        return json.loads(self.body)


class Response:
    """An answer to a web request. The body is text, bytes, or anything else as JSON; a
    generator's values, texts or bytes, are its parts."""

    def __init__(self, body=b"", status=200, headers=None):
        self.body, self.status, self.headers = body, status, dict(headers or {})

    def _head(self, content_type):
        headers = {k: v if isinstance(v, list) else [v] for k, v in self.headers.items()}
        if not any(k.lower() == "content-type" for k in headers):
            headers["content-type"] = [content_type]
        return {"status": self.status, "headers": headers}


def _web_body(body):
    """Returns the member that has a body."""
    if isinstance(body, str):
        return {"body": body}
    try:
        return {"body": memoryview(body).tobytes().decode()}  # bytes(5) would be five zeros
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _web_answer(answer, call):
    """Returns the payload that answers a web request; sends what comes in parts."""
    if not isinstance(answer, Response):
        answer = Response(answer)
    body = answer.body
    if isinstance(body, str):
        return {**answer._head("text/html; charset=utf-8"), **_web_body(body)}
    if isinstance(body, (bytes, bytearray, memoryview)):
        return {**answer._head("application/octet-stream"), **_web_body(body)}
    if not isinstance(body, types.GeneratorType):
        return {**answer._head("application/json"), "body": json.dumps(body)}
    try:
        call.part(answer._head("text/html; charset=utf-8"))
        for part in body:
            call.part(_web_body(part))
    finally:
        body.close()
    return {"body": ""}


# -- clients ----------------------------------------------------------------------------


def find_socket(node=None, state_dir=None):
    """Returns the path of the node's socket: as said, in TROUPE_NODE, or as the node has
    written it down in its state directory (TROUPE_STATE_DIR, `.troupe`, that of the service).
    Raises CallFailed with `unavailable`."""
    node = node or os.environ.get("TROUPE_NODE")
    if node:
        if "://" in node:
            raise CallFailed.of("unavailable", f"'{node}' is a URL; name the node's socket")
        return node
    folder = state_dir or os.environ.get("TROUPE_STATE_DIR")
    if not folder:
        folder = ".troupe"
        service = "/var/lib/troupe"
        if not os.path.exists(os.path.join(folder, "connection.json")) \
                and os.path.exists(os.path.join(service, "connection.json")):
            folder = service
    path = os.path.join(folder, "connection.json")
    try:
        with open(path, encoding="utf-8") as file:
            said = json.load(file)["socket"]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise CallFailed.of("unavailable", f"no node found: cannot read '{path}' ({wrong}); start "
                            "one with `troupe serve`, or name one", True) from None
    return os.path.join(folder, said)


class Pending:
    """A call that was sent: `result()` waits for its end, `cancel()` takes it back. If it was
    made by `stream`, iterating yields its parts until its end. `await` waits for the result."""

    def __init__(self, client, members, streams):
        self._client = client
        self._members = members
        self._future = concurrent.futures.Future()
        self._parts = queue.SimpleQueue() if streams else None
        self._ends = None
        if "timeout_ms" in members:
            self._ends = time.monotonic() + members["timeout_ms"] / 1000
        self._started = False
        self.worker = None

    def done(self):
        return self._future.done()

    def result(self, timeout=None):
        """Returns the result, or raises CallFailed; TimeoutError if it is not there in so many
        seconds, and the call goes on."""
        try:
            return self._future.result(timeout)
        except concurrent.futures.TimeoutError:
            raise TimeoutError("the call has not ended") from None

    def cancel(self):
        """Takes the call back: unless it has just ended, it ends with `cancelled`."""
        self._client._cancel(self)

    def __iter__(self):
        """Yields the parts. Raises CallFailed if the call fails."""
        if self._parts is None:
            raise TypeError("a call has parts only if it is made by `stream`")
        end = False
        try:
            for part in iter(self._parts.get, _END):
                yield part
            end = True
        finally:
            if not end:
                self.cancel()
        self.result()

    def __await__(self):
        return self._wait().__await__()

    async def _wait(self):
        waiter = asyncio.wrap_future(self._future)
        waiter.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            return await asyncio.shield(waiter)
        except asyncio.CancelledError:
            self.cancel()
            raise

    def _settle(self, value=None, error=None):
        _settle(self._future, value, error)
        if self._parts is not None:
            self._parts.put(_END)


_END = object()


class Client:
    """A client of a node, on its socket. Any thread may make calls, any number at a time.

    node, state_dir  where the node is; without them, found as the command `troupe` does
    reconnect        seconds for which it looks for the node again once the connection has
                     ended. Calls that were open then end with `node_down`; those that are
                     idempotent are made again
    """

    def __init__(self, node=None, state_dir=None, reconnect=10.0):
        self._where = (node, state_dir)
        self._reconnect = reconnect
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._connection = None
        self._connected_once = False
        self._closed = False
        self._names = itertools.count(1)

    def call(self, to, kind, payload=None, **options):
        """Returns the result of a call. Raises CallFailed.

        Options: timeout (seconds), idempotent, priority, key, traceparent, tracestate."""
        return self.submit(to, kind, payload, **options).result()

    def submit(self, to, kind, payload=None, **options):
        """Sends a call and returns it as a Pending."""
        return self._submit(Pending(self, _call_members(to, kind, payload, options), False))

    def stream(self, to, kind, payload=None, **options):
        """Sends a call whose parts are wanted and returns it as a Pending."""
        members = _call_members(to, kind, payload, options)
        members["stream"] = True
        return self._submit(Pending(self, members, True))

    def close(self):
        """Ends the connection, and so cancels its calls."""
        with self._lock:
            self._closed = True
            connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- inside --

    def _submit(self, pending):
        name = f"c{next(self._names)}"
        pending._members["request_id"] = name
        line = _encode(pending._members)
        pending._size = len(line)
        while not self._open().send(name, pending, line):
            pass  # that connection has just ended
        return pending

    def _cancel(self, pending):
        with self._lock:
            connection = self._connection
        if connection:
            connection.cancel(pending._members["request_id"], pending)

    def _open(self):
        """Returns a connection that stands, or one that is new."""
        with self._opening:
            with self._lock:
                if self._closed:
                    raise CallFailed.of("cancelled", "the client is closed")
                if self._connection and not self._connection.ended:
                    return self._connection
            give_up = time.monotonic() + (self._reconnect if self._connected_once else 0)
            delay = 0.02
            while True:
                try:
                    connection = _Connection(self, find_socket(*self._where))
                    break
                except CallFailed:
                    if time.monotonic() >= give_up or self._closed:
                        raise
                time.sleep(delay)
                delay = min(2 * delay, 1.0)
            with self._lock:
                self._connection = connection
                self._connected_once = True
            connection.start()
            return connection

    def _lost(self, pending, last_words):
        """Ends or repeats the calls of a connection that has ended."""
        if last_words and pending:  # about a line that was too long to be read
            longest = max(pending, key=lambda p: p._size)
            longest._settle(error=CallFailed(last_words))
            pending.remove(longest)
        gone = CallFailed.of("node_down", "the connection to the node has ended", True)
        if self._closed:
            gone = CallFailed.of("cancelled", "the client is closed")
        again = []
        for p in pending:
            repeat = p._members.get("idempotent") and not p._started and not self._closed
            again.append(p) if repeat else p._settle(error=gone)
        for p in again:
            try:
                if p._ends is not None:
                    left = int((p._ends - time.monotonic()) * 1000)
                    if left < 1:
                        raise CallFailed.of("timeout", "the time was over before the node was back",
                                            True)
                    p._members["timeout_ms"] = left
                self._submit(p)
            except CallFailed as failed:
                p._settle(error=failed)


class _Connection:
    def __init__(self, client, path):
        self.client = client
        self.lock = threading.Lock()
        self.sending = threading.Lock()
        self.pending = {}
        self.ended = False
        self.last_words = None  # an error that is about no call
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.connect(path)
        except OSError as wrong:
            self.socket.close()
            raise CallFailed.of("unavailable", f"cannot connect to '{path}': {wrong.strerror or wrong}",
                                True) from None

    def start(self):
        threading.Thread(target=self._read, name="troupe client", daemon=True).start()

    def send(self, name, pending, line):
        """Sends a call. Returns false if the connection ended before."""
        with self.lock:
            if self.ended:
                return False
            self.pending[name] = pending
        self._write(line)  # if that fails, the reader ends the call
        return True

    def cancel(self, name, pending):
        with self.lock:
            if self.pending.get(name) is not pending:
                return
        self._write(_encode({"kind": "cancel", "request_id": name}))

    def _write(self, line):
        try:
            with self.sending:
                self.socket.sendall(line)
        except OSError:
            self.close()

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _read(self):
        try:
            for line in _lines(self.socket.recv):
                self._take(json.loads(line))
        except (OSError, ValueError):
            pass
        with self.lock:
            self.ended = True
            left, self.pending = list(self.pending.values()), {}
        self.socket.close()
        self.client._lost(left, self.last_words)

    def _take(self, message):
        name = message.get("request_id")
        if message.get("kind") == "chunk" and message.get("error") is None:
            with self.lock:
                pending = self.pending.get(name)
            if pending and pending._parts is not None:
                pending._started = True
                pending._parts.put(message.get("payload"))
            return
        if name is None:
            self.last_words = message.get("error")
        with self.lock:
            pending = self.pending.pop(name, None)
        if pending is None:
            return
        pending.worker = message.get("worker")
        if message.get("error") is not None:
            pending._settle(error=CallFailed(message["error"]))
        else:
            pending._settle(message.get("payload"))
