#pragma once

#include "actors/public/embed.hpp"
#include "tests/actors/loop/support_loop.hpp"
#include "tests/protocol/support.hpp"

#include <future>
#include <string>

/// For tests of nodes in a program: real workers, real threads.
namespace troupe::testing {

/// A worker in Python, as a text of TOML. It answers with the payload of the call, unless
/// the kind is one of those below: `hold` is answered after the next call, `leave` with
/// the pid of a process that leaves the worker's session.
inline const std::string echo_worker = R"PY('''
import json, os, subprocess, sys, time
def say(m):
    print(json.dumps(m), flush=True)
held = None
for line in sys.stdin:
    m = json.loads(line)
    kind = m["kind"]
    reply = {"kind": kind, "request_id": m.get("request_id"), "payload": m.get("payload")}
    if kind == "hello":
        say({"kind": "ready", "payload": {"protocol": 1}})
    elif kind == "shutdown":
        break
    elif m.get("request_id") is None:
        pass
    elif kind == "hold":
        held = reply
    elif kind == "fail":
        del reply["payload"]
        say(dict(reply, error={"code": "asked", "message": "as you wish"}))
    elif kind == "crash":
        os.kill(os.getpid(), 9)
    elif kind == "pid":
        say(dict(reply, payload=os.getpid()))
    elif kind == "leave":
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        say(dict(reply, payload=child.pid))
    elif kind == "slow":
        time.sleep(0.2)
        say(reply)
    elif kind == "parts":
        for n in (1, 2, 3):
            say({"kind": "chunk", "request_id": m["request_id"], "payload": n})
        say(dict(reply, payload="all"))
    else:
        say(reply)
        if held:
            say(held)
            held = None
''')PY";

/// Returns the table of a pool of such workers.
std::string echo_pool(const std::string& name, const std::string& more = "");

/// Starts a node with this configuration; a test that cannot is over.
embedded_node start_node(const std::string& config, node_hooks hooks = {});

/// Returns the end of a call that was begun, by its code: `none` for a good one.
code code_of(const result<call_answer>& r);

} // namespace troupe::testing
