// The orders on calls, sessions and nodes.

import type { Call } from "./answers";
import { duration, plural } from "./formats";
import { at, type Order } from "./orders";

export function cancelCall(call: Pick<Call, "id" | "kind" | "pool" | "state" | "age_ms" | "from">): Order {
  return {
    verb: "Cancel",
    subject: call.id,
    will:
      `Takes the call ${call.kind} of ${call.pool} back: its caller (${call.from}) gets "cancelled" at once. ` +
      (call.state === "running"
        ? `It has run for ${duration(call.age_ms)}: its worker is told, may finish, or is ended, as the pool's "abandoned" says.`
        : "It has not begun."),
    harmful: true,
    method: "DELETE",
    path: at`api/calls/${call.id}`,
    did: () => `${call.kind} of ${call.pool} cancelled`,
  };
}

export function drainNode(node: string, running: number): Order {
  return {
    verb: "Drain",
    subject: `node ${node}`,
    will:
      `Takes the node ${node} out of the cluster: it takes no more calls, finishes those it has ` +
      `(${plural(running, "call")} now), and then its process ends. Only its host can start it again.`,
    harmful: true,
    method: "POST",
    path: "api/call/$node/drain",
    body: { node: true, name: node },
    did: () => `node ${node} drains`,
  };
}

export function stopSession(id: string, state: string): Order {
  const ended = state !== "running" && state !== "paused";
  return {
    verb: ended ? "Remove" : "Stop",
    subject: id,
    will: ended
      ? "Removes the session from the record; its result is gone."
      : "Stops the session: it ends as failed, and its worker drops the conversation.",
    harmful: true,
    method: "DELETE",
    path: at`api/sessions/${id}`,
    did: () => `session ${id} ${ended ? "removed" : "stopped"}`,
  };
}
