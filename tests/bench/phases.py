"""The phases of a call in the node, and which of its functions belong to which: the one table that
`scripts/bench profile` has. A sample belongs to the phase of its innermost function that is named
here, so what such a function calls (allocation, copies, system calls) is counted with it."""
import re

# In the order in which a call goes through them.
PHASES = {
    "read": "the system call that reads from a client",
    "parse": "lines and heads of HTTP, members, the check that they are JSON",
    "submit": "the call as a value, its way to the broker, deadline and limits",
    "queue": "the broker's queue, and the choice of a worker",
    "request": "messages: mailboxes, handlers of answers, timers, the run of actors",
    "encode": "the call as the worker's protocol has it",
    "child write": "the system call that writes to a worker",
    "child read": "the system call that reads from a worker",
    "decode": "the answer of the worker, and the check that it is JSON",
    "settle": "the end of the call in worker and broker: slot, counters, outcome",
    "answer": "the answer as the front has it",
    "write": "the system call that writes to a client",
    "idle": "looks for events: epoll, and the yield between two looks",
    "other": "what no line of the table names",
}

TABLE = [(phase, re.compile(pattern)) for phase, pattern in (
    ("read", r"front::client_socket::read"),
    ("write", r"front::client_socket::write|front::connection::flush|event_loop::flush_held"),
    ("child write", r"os::process::(flush|next_write|commit|send_|write)|event_loop::flush_listed"),
    ("child read", r"os::process::"),
    ("answer", r"front::connection::settle|_connection::(on_outcome|answer|send_ready|finish)"
               r"|append_answer|append_http_"),
    ("submit", r"front::(connection::(submit|check)|call_batches)|socket_connection::on_request"
               r"|http_connection::(submit_exchange|begin_exchange|add_exchange)|call::call"
               r"|broker_state::(submit|validate|begin_spans|count_arrival|note_arrival)"),
    ("parse", r"front::(connection::|socket::|http::)|wires::parse_client_line"),
    ("queue", r"broker_state::(enqueue|dispatch|choose|bind|queue|check_queue|note_load)"
              r"|call_queue|fair_queue|worker_set|open_call_index"),
    ("encode", r"worker_state::(run|begin)|::send_call"),
    ("decode", r"worker_state::(handle_|feed|on_frame|on_output|hear)|cut_envelope|::feed"
               r"|::take_line"),
    ("settle", r"worker_state::|broker_state::(on_|settle|end_|release|count_|note_)"
               r"|pending_call::settle|running_calls|service_rate"),
    ("request", r"\bcaf::|^_Z|broker_state::|request_with_timeout|event_loop::(run_actors|exec|turn)"
                r"|loop::(timers|timing_wheel|pinned|coordinator)|libcaf"),
    ("idle", r"event_loop::|loop::poller::|loop::"),
)]


def phase_of(stack):
    """Returns the phase of a sample.

    @param stack: the names of its functions, the innermost first."""
    for function in stack:
        for phase, pattern in TABLE:
            if pattern.search(function):
                return phase
    return "other"
