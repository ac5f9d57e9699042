// The workers of a pool, or of all.

import type { Worker } from "../answers";
import { usePools } from "../common_looks";
import { bytes, count, duration, plural } from "../formats";
import { leadsOfWorker } from "../leads";
import { restartWorker, stopWorker } from "../pool_orders";
import { href } from "../route";
import { Since } from "./Age";
import { linkColumn, stateColumn } from "./columns";
import { isUnasked, reasonOf } from "../exits";
import { Table, type Column } from "./Table";

function Current({ worker }: { worker: Worker }) {
  const call = worker.current;
  if (!call) return null;
  const more = worker.in_flight + worker.abandoned - 1;
  const age = call.age_ms === undefined ? "" : duration(call.age_ms);
  return (
    <>
      {call.kind} {call.abandoned && <span class="quiet">(abandoned) </span>}
      <span class="quiet">
        {age}
        {more > 0 && ` +${more}`}
      </span>
    </>
  );
}

const columns: readonly Column<Worker>[] = [
  linkColumn("worker", "Worker", (w) => w.name),
  stateColumn((w) => w.state),
  { id: "pid", head: "PID", number: true, by: (w) => w.pid, cell: (w) => w.pid ?? "–" },
  {
    id: "memory",
    head: "Memory",
    number: true,
    by: (w) => w.memory,
    cell: (w) => (w.pid == null ? "–" : bytes(w.memory)),
  },
  {
    id: "cpu",
    head: "CPU",
    about: "Percent of one core",
    number: true,
    by: (w) => w.cpu,
    cell: (w) => (w.cpu == null ? "–" : `${w.cpu.toFixed(w.cpu < 10 ? 1 : 0)}%`),
  },
  { id: "calls", head: "Calls", number: true, by: (w) => w.calls, cell: (w) => count(w.calls) },
  {
    id: "restarts",
    head: "Restarts",
    about: "Started again since one had ended unasked",
    number: true,
    by: (w) => w.restarts,
    cell: (w) => count(w.restarts),
  },
  {
    id: "current",
    head: "Current call",
    by: (w) => w.current?.age_ms,
    number: false,
    cell: (w) => <Current worker={w} />,
  },
  {
    id: "exit",
    head: "Last exit",
    by: (w) => (w.last_exit?.time ? Date.parse(w.last_exit.time) : null),
    grows: true,
    card: "wide",
    cell: (w) =>
      w.last_exit && (
        <span title={w.last_exit.message}>
          <Since time={w.last_exit.time} ago />{" "}
          <span class={isUnasked(w.last_exit) ? "text-bad" : ""}>{reasonOf(w.last_exit)}</span>{" "}
          <span class="quiet">{w.last_exit.message}</span>
        </span>
      ),
  },
];

const trouble: Readonly<Record<string, number>> = { dead: 3, down: 3, waiting: 3, starting: 2, stopped: 1 };

/** The ages of so many workers are looked at; of more, each of them would change each second. */
const agesOf = 200;

/** The members of workers that are not wanted, for a table of so many of them. */
export function unwanted(workers: number): string[] {
  return ["uptime_ms", "cpu_ms", "drained_ms", ...(workers > agesOf ? ["age_ms"] : [])];
}

/** With `param` the filter and the order are those of one table among several; `ofAll`: of several pools. */
export function WorkerTable({
  workers,
  param = "",
  ofAll,
}: {
  workers: readonly Worker[] | null;
  param?: string;
  ofAll?: boolean;
}) {
  const pools = usePools().value.value ?? [];
  return (
    <Table
      name="Workers"
      param={param}
      rows={workers}
      id={(worker) => worker.name}
      columns={columns}
      empty={ofAll ? "This node runs no workers." : "This pool has no workers."}
      text={(w) =>
        `${w.name} ${w.pool} ${w.state} ${w.pid ?? ""} ${w.current?.kind ?? ""} ${w.last_exit?.message ?? ""}`
      }
      open={(worker) => href("worker", worker.name)}
      problem={(worker) => trouble[worker.state] ?? 0}
      tone={(worker) => ((trouble[worker.state] ?? 0) > 2 ? "bad" : "")}
      leads={leadsOfWorker(pools)}
      keys={{ R: restartWorker, K: stopWorker }}
      unit={(n) => plural(n, "worker")}
    />
  );
}
