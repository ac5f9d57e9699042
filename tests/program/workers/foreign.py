#!/usr/bin/env python3
"""One worker that speaks every protocol, so that one suite can be run against all alike.

Its argument names the protocol. What it is to do stands in the payload, {"do": …}, since
not every protocol has a name for a call.
"""
import json
import os
import socket
import struct
import sys
import time
import zlib


# -- MessagePack, as much as is needed --------------------------------------------------


def pack(x):
    if x is None:
        return b"\xc0"
    if isinstance(x, bool):
        return b"\xc3" if x else b"\xc2"
    if isinstance(x, int):
        return struct.pack(">Bq", 0xD3, x)
    if isinstance(x, float):
        return struct.pack(">Bd", 0xCB, x)
    if isinstance(x, str):
        return struct.pack(">BI", 0xDB, len(x.encode())) + x.encode()
    if isinstance(x, list):
        return struct.pack(">BI", 0xDD, len(x)) + b"".join(map(pack, x))
    return struct.pack(">BI", 0xDF, len(x)) + b"".join(pack(k) + pack(v) for k, v in x.items())


def unpack(data, at=0):
    """Returns the value at `at` and where the next one is."""
    tag = data[at]
    at += 1
    numbers = {0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h",
               0xD2: ">i", 0xD3: ">q", 0xCA: ">f", 0xCB: ">d"}
    sizes = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I", 0xDC: ">H", 0xDD: ">I", 0xDE: ">H", 0xDF: ">I"}
    if tag < 0x80:
        return tag, at
    if tag >= 0xE0:
        return tag - 256, at
    if tag in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[tag], at
    if tag in numbers:
        (x,) = struct.unpack_from(numbers[tag], data, at)
        return x, at + struct.calcsize(numbers[tag])
    if tag in sizes:
        (n,) = struct.unpack_from(sizes[tag], data, at)
        at += struct.calcsize(sizes[tag])
        kind = "str" if tag < 0xDC else "list" if tag < 0xDE else "map"
    else:
        kind = "map" if tag < 0x90 else "list" if tag < 0xA0 else "str"
        n = tag & (0x1F if kind == "str" else 0x0F)
    if kind == "str":
        return data[at:at + n].decode(), at + n
    items = []
    for _ in range(n if kind == "list" else 2 * n):
        item, at = unpack(data, at)
        items.append(item)
    return (items if kind == "list" else dict(zip(items[::2], items[1::2]))), at


# -- protocols --------------------------------------------------------------------------


def dial(address):
    if address.startswith("/"):
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(address)
    else:
        host, _, port = address.partition(":")
        channel = socket.create_connection((host, int(port)))
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return channel


class Channel:
    """Bytes to and from the node, without a buffer but for lines."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.rest = b""

    def line(self):
        """Returns the next line without its end; None at the end."""
        while b"\n" not in self.rest:
            piece = os.read(self.source, 65536)
            if not piece:
                return None
            self.rest += piece
        line, self.rest = self.rest.split(b"\n", 1)
        return line

    def read(self, n):
        data = b""
        while len(data) < n:
            piece = os.read(self.source, n - len(data))
            if not piece:
                return None
            data += piece
        return data

    def write(self, data):
        while data:
            data = data[os.write(self.sink, data):]


class JsonLines:
    def __init__(self):
        address = os.environ.get("TROUPE_SOCKET")
        fd = dial(address).detach() if address else None
        self.channel = Channel(0 if fd is None else fd, 1 if fd is None else fd)

    def next_call(self):
        while line := self.channel.line():
            m = json.loads(line)
            if m["kind"] == "hello":
                self.channel.write(b'{"kind":"ready","payload":{"protocol":1}}\n')
            elif m["kind"] == "shutdown":
                return None
            else:
                return m["request_id"], m["payload"]

    def answer(self, call, payload):
        m = {"kind": "k", "request_id": call, "payload": payload}
        return json.dumps(m).encode() + b"\n"

    def error(self, call, message):
        m = {"kind": "k", "request_id": call, "error": {"code": "asked", "message": message}}
        return json.dumps(m).encode() + b"\n"

    def counted(self, frame):
        return len(frame) - 1

    garbage = b"this is no frame at all\n"


class Goridge:
    def __init__(self):
        scheme, _, address = os.environ["RR_RELAY"].partition("://")
        fd = dial(address).detach() if address else None
        self.channel = Channel(0 if fd is None else fd, 1 if fd is None else fd)
        assert scheme in ("pipes", "unix", "tcp") and os.environ["RR_MODE"] and os.environ["RR_VERSION"]

    def frame(self, flags, context, body, bits=0):
        options = b"" if context is None else struct.pack("<I", len(context))
        payload = (context or b"") + body
        head = struct.pack("<BBI", 0x13 + len(options) // 4, flags, len(payload))
        return head + struct.pack("<IBB", zlib.crc32(head), bits, 0) + options + payload

    def stop(self):
        """What `stop()` of the PHP worker writes."""
        return self.frame(0, b'{"stop":true}', b"")

    def parts(self, texts):
        """All texts but the last as parts of a stream, the last as the answer."""
        bodies = [t.encode() for t in texts]
        return b"".join(self.frame(0, b"", b, 1) for b in bodies[:-1]) + self.frame(0, b"", bodies[-1])

    def next_call(self):
        while True:
            # As the strictest workers read: the head comes whole from one read, or not at all.
            head = os.read(self.channel.source, 12)
            if not head:
                os._exit(255)  # as PHP does at the end of its input
            assert len(head) == 12 and head[6:10] == struct.pack("<I", zlib.crc32(head[:6]))
            options = self.channel.read(4 * ((head[0] & 15) - 3))
            payload = self.channel.read(struct.unpack_from("<I", head, 2)[0])
            if head[1] & 1:
                order = json.loads(payload)
                if "stop" in order:
                    return None
                self.channel.write(self.frame(1, None, b'{"pid":%d}' % os.getpid()))
            else:
                size = struct.unpack("<I", options[:4])[0]
                return None, json.loads(payload[size:])

    def answer(self, call, payload):
        return self.frame(0, b"", json.dumps(payload).encode())

    def error(self, call, message):
        return self.frame(0x40, b"", message.encode())

    def counted(self, frame):
        return len(frame) - 16

    garbage = b"this is no frame at all\n"


class Folk:
    def __init__(self):
        assert os.environ["FOLK_RUNTIME"] == "pipe"
        task = int(os.environ["FOLK_TASK_FD"])
        self.channel = Channel(task, task)
        control = int(os.environ["FOLK_CONTROL_FD"])
        Channel(control, control).write(
            self.frame([2, "control.ready", {"pid": os.getpid()}]))

    def frame(self, message):
        packed = pack(message)
        return struct.pack(">I", len(packed)) + packed

    def next_call(self):
        head = self.channel.read(4)
        if not head:
            return None
        message, _ = unpack(self.channel.read(struct.unpack(">I", head)[0]))
        assert message[0] == 0
        return message[1], message[3]

    def answer(self, call, payload):
        return self.frame([1, call, None, payload])

    def error(self, call, message):
        return self.frame([1, call, {"code": "asked", "message": message}, None])

    def counted(self, frame):
        return len(frame) - 4

    garbage = b"this is no frame at all\n"


class Session:
    def __init__(self):
        server = socket.socket(socket.AF_UNIX)
        server.bind(os.environ["TROUPE_SOCKET"])
        server.listen()
        fd = server.accept()[0].detach()
        self.channel = Channel(fd, fd)

    def reply(self, data, error=None):
        return json.dumps({"ok": error is None, "data": data, "error": error}).encode() + b"\n"

    def next_call(self):
        while line := self.channel.line():
            m = json.loads(line)
            op = m.pop("op")
            if op == "handshake":
                self.channel.write(self.reply({"kind": op, "version": m["version"]}))
            elif op == "status":
                self.channel.write(self.reply({"kind": op, "has_session": False}))
            elif op == "shutdown":
                return None
            else:
                return None, m

    def answer(self, call, payload):
        inner = payload if isinstance(payload, dict) else {"value": payload}
        return self.reply({"kind": "feed", "session_id": "s", "feed_result": {"Finished": inner}})

    def error(self, call, message):
        return self.reply(None, message)

    def counted(self, frame):
        return len(frame) - 1

    garbage = b"this is no frame at all\n"


class JsonRpc:
    def __init__(self):
        self.channel = Channel(0, 1)

    def message(self, **members):
        return json.dumps({"jsonrpc": "2.0", **members}).encode() + b"\n"

    def next_call(self):
        while (line := self.channel.line()) is not None:
            m = json.loads(line)
            if m["method"] == "initialize":
                result = {"protocolVersion": m["params"]["protocolVersion"], "capabilities": {},
                          "serverInfo": {"name": "foreign", "version": "1"}}
                self.channel.write(self.message(id=m["id"], result=result))
            elif m["method"] == "ping":
                self.channel.write(self.message(id=m["id"], result={}))
            elif "id" in m:
                return m["id"], m["params"]

    def answer(self, call, payload):
        return self.message(id=call, result=payload)

    def error(self, call, message):
        return self.message(id=call, error={"code": -32000, "message": message})

    def counted(self, frame):
        return len(frame) - 1

    garbage = b"this is no frame at all\n"


# -- what it does -----------------------------------------------------------------------


def frame_of(wire, call, size):
    """Returns an answer that is as long as its protocol counts it."""
    rest = wire.counted(wire.answer(call, ""))
    return wire.answer(call, "m" * (size - rest))


def main():
    wire = {"json-lines": JsonLines, "goridge": Goridge, "folk": Folk,
            "session": Session, "jsonrpc": JsonRpc}[sys.argv[1]]()
    while (taken := wire.next_call()) is not None:
        call, payload = taken
        what = payload["do"]
        out = None
        if what == "error":
            out = wire.error(call, payload["message"])
        elif what == "die":
            os._exit(3)
        elif what == "sleep":
            time.sleep(payload["ms"] / 1000)
        elif what == "garbage":
            out = wire.garbage
        elif what == "half":
            out = wire.answer(call, payload)
            wire.channel.write(out[:len(out) // 2])
            os._exit(0)
        elif what == "frame":
            out = frame_of(wire, call, payload["size"])
        elif what == "pid":
            out = wire.answer(call, os.getpid())
        elif what == "twice":
            out = wire.answer(call, payload) * 2
        elif what == "stop":
            wire.channel.write(wire.stop())
            return
        elif what == "last":
            wire.channel.write(wire.answer(call, payload) + wire.stop())
            return
        elif what == "parts":
            out = wire.parts(payload["texts"])
        elif what == "big":
            out = wire.answer(call, {"n": payload["n"], "bulk": "b" * payload["size"]})
        elif what == "noise":
            sys.stderr.write("x" * payload["bytes"] + "\n")
            sys.stderr.flush()
            if wire.channel.sink != 1:
                sys.stdout.write("y" * payload["bytes"] + "\n")
                sys.stdout.flush()
        out = out or wire.answer(call, payload)
        if what == "split":
            for i in range(len(out)):
                wire.channel.write(out[i:i + 1])
        else:
            wire.channel.write(out)


main()
