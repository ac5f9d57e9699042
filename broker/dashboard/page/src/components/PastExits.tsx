// The exits of a worker that the node still has events of, the last one first.

import { useState } from "preact/hooks";
import { useEvents } from "../app";
import type { Event } from "../answers";
import { reasonOf } from "../exits";
import { nodeOf, withoutNode } from "../names";
import { Since } from "./Age";
import { Table, type Column } from "./Table";

const columns: readonly Column<Event>[] = [
  { id: "time", head: "Ended", cell: (e) => <Since time={e.time} ago />, card: "title" },
  { id: "reason", head: "Reason", cell: (e) => <span class={e.expected ? "" : "text-bad"}>{reasonOf(e)}</span> },
  { id: "expected", head: "Asked for", cell: (e) => (e.expected ? "by the node" : "no") },
  { id: "pid", head: "PID", cell: (e) => String(e.pid ?? "–"), grows: true },
];

const atMost = 50;

export function PastExits({ worker }: { worker: string }) {
  const [ends, setEnds] = useState<readonly Event[]>([]);
  const node = nodeOf(worker);
  useEvents(
    { kinds: ["worker_exited"], workers: [withoutNode(worker)], since: 0, ...(node ? { node } : {}) },
    (events) =>
      setEnds((old) => [...events.filter((event) => event.kind !== "gap").reverse(), ...old].slice(0, atMost)),
  );
  return (
    <section class="section">
      <h2>Exits</h2>
      <Table
        name="Exits"
        rows={ends}
        id={(e) => `${e.time} ${e.seq}`}
        columns={columns}
        empty="No exit of this worker is among the events that the node keeps."
      />
    </section>
  );
}
