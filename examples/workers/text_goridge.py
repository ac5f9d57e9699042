#!/usr/bin/env python3
"""A worker that speaks goridge, RoadRunner's protocol, in Python with nothing else.

Goridge frames name no method: what is asked stands in the payload, here as
{"do": "upper", "text": "abc"}. upper, reverse, sleep, fail, who: as the other workers.
"""
import json
import os
import socket
import struct
import time
import zlib

CONTROL, JSON, ERROR = 0x01, 0x08, 0x40


def open_relay():
    """Returns the two ends of the relay as files."""
    scheme, _, address = os.environ.get("RR_RELAY", "pipes").partition("://")
    if scheme == "pipes":
        return os.fdopen(0, "rb"), os.fdopen(1, "wb")
    if scheme == "unix":
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(address)
    else:
        host, _, port = address.partition(":")
        channel = socket.create_connection((host, int(port)))
    return channel.makefile("rb"), channel.makefile("wb")


source, sink = open_relay()


def read_frame():
    """Returns flags, context and body of the next frame; None at the end."""
    head = source.read(12)
    if len(head) < 12:
        return None
    size, flags, length = struct.unpack("<BBI", head[:6])
    options = source.read(4 * ((size & 15) - 3))
    context_size = struct.unpack("<I", options[:4])[0] if options else 0
    payload = source.read(length)
    return flags, payload[:context_size], payload[context_size:]


def write_frame(flags, body, context=None):
    options = b"" if context is None else struct.pack("<I", len(context))
    payload = (context or b"") + body
    head = struct.pack("<BBI", 1 << 4 | 3 + len(options) // 4, flags, len(payload))
    sink.write(head + struct.pack("<IBB", zlib.crc32(head), 0, 0) + options + payload)
    sink.flush()


def answer(call):
    what = call.get("do")
    if what == "upper":
        return {"text": call["text"].upper()}
    if what == "reverse":
        return {"text": call["text"][::-1]}
    if what == "sleep":
        time.sleep(call["ms"] / 1000)
        return {"slept_ms": call["ms"]}
    if what == "who":
        return {"language": "python", "pid": os.getpid()}
    raise ValueError(call.get("message", "asked to fail"))


while frame := read_frame():
    flags, context, body = frame
    if flags & CONTROL:
        order = json.loads(body)
        if "pid" in order:
            write_frame(CONTROL | JSON, json.dumps({"pid": os.getpid()}).encode())
        elif order.get("stop"):
            break
    else:
        try:
            write_frame(JSON, json.dumps(answer(json.loads(body))).encode(), b"")
        except (ValueError, KeyError) as error:
            write_frame(ERROR, str(error).encode(), b"")
