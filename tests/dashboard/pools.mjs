// The pools of the tests.
import { join } from "node:path";
import { top } from "./node.mjs";

const examples = (file) => JSON.stringify(join(top, "examples", file));

export const text = `
[pool.text]
command = ["python3", ${examples("workers/text.py")}]
size = 2
`;

/** How long a call sleeps that is to be there for all of a test, in ms, also on a slow machine. */
export const long = 3_000_000;

/** One worker that runs one call at a time, and leaves those that are cancelled. */
export const busy = `
[pool.busy]
command = ["python3", ${examples("workers/text.py")}]
abandoned = "kill"
exec_timeout = "1h"
queue_timeout = "1h"
slow = "300ms"
`;

/** Cannot start: a problem to be seen. */
export const broken = `
[pool.broken]
command = ["/nonexistent/program"]
restart = { intensity = 1 }
`;

export const interview = `
[pool.interview]
command = ["python3", ${examples("workers/interview.py")}]
transport = "unix"
`;

export const inside = `
[pool.inside]
behaviour = "echo"
window = 4
`;

/** Prints in colours, and then what is typed. */
export const colours = `
[pool.colours]
command = ["sh", "-c", ${JSON.stringify(String.raw`printf '\033[31mred\033[0m \033[38;2;10;200;30mtrue\033[0m\n'; exec cat`)}]
protocol = "terminal"
terminal = { rows = 12, columns = 40, idle_after = "60s" }

[pool.agent]
command = ["python3", ${examples("terminals/agent.py")}]
protocol = "terminal"
terminal = { idle_after = "1s" }
`;
