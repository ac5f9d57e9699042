// One worker: what it does now, what it says, and how it ended before.

import { useApp, useKeys, useLook, useTitle } from "../app";
import type { Call, Worker, WorkerLog } from "../answers";
import { cancelCall } from "../call_orders";
import { Badge } from "../components/Badge";
import { Fact, Facts } from "../components/Fact";
import { Failure } from "../components/Failure";
import { LastExit } from "../components/LastExit";
import { Log } from "../components/Log";
import { OrderButton } from "../components/OrderButton";
import { PastExits } from "../components/PastExits";
import { Table, type Column } from "../components/Table";
import { bytes, count, duration } from "../formats";
import { named, withoutNode } from "../names";
import { usePools } from "../common_looks";
import { leadsOfWorker, useLeads } from "../leads";
import { presentValue } from "../looks";
import { restartWorker, stopWorker } from "../pool_orders";
import { href } from "../route";

const callColumns: readonly Column<Call>[] = [
  { id: "kind", head: "Kind", card: "title", cell: (call) => call.kind },
  { id: "age", head: "Age", number: true, cell: (call) => duration(call.age_ms) },
  {
    id: "left",
    head: "Left",
    about: "Until the node ends it",
    number: true,
    cell: (call) => duration(call.deadline_ms),
  },
  { id: "from", head: "From", cell: (call) => call.from },
  { id: "request", head: "Request", cell: (call) => call.request_id ?? "" },
  { id: "id", head: "Id", grows: true, card: "wide", cell: (call) => <code title={call.id}>{call.id}</code> },
];

function WorkerFacts({ worker }: { worker: Worker }) {
  return (
    <Facts>
      <Fact name="pool">
        <a href={href("pool", worker.pool)}>{worker.pool}</a>
      </Fact>
      <Fact name="pid">{worker.pid ?? "–"}</Fact>
      <Fact name="up for">{worker.pid == null ? "–" : duration(worker.uptime_ms)}</Fact>
      <Fact name="running">
        {count(worker.in_flight)} of {count(worker.window)}
        {worker.abandoned > 0 && ` + ${worker.abandoned} abandoned`}
      </Fact>
      <Fact name="calls">{count(worker.calls)}</Fact>
      <Fact name="memory">{bytes(worker.pid == null ? null : worker.memory)}</Fact>
      <Fact name="CPU">{worker.cpu == null ? "–" : `${worker.cpu.toFixed(1)}%`}</Fact>
      <Fact name="restarts">{count(worker.restarts)}</Fact>
      <Fact name="replacements">{count(worker.replacements)}</Fact>
      {worker.late > 0 && <Fact name="late answers">{count(worker.late)}</Fact>}
      {worker.stray > 0 && <Fact name="stray lines">{count(worker.stray)}</Fact>}
      {worker.program && (
        <Fact name="program">
          {worker.program} {worker.version}
        </Fact>
      )}
    </Facts>
  );
}

export function WorkerView({ subject }: { subject: string }) {
  const { orders, wire } = useApp();
  useTitle(subject);
  const look = useLook<Worker>("worker", { name: subject }, { without: ["cpu_ms"] });
  const found = presentValue(look);
  const worker = found && { ...found, name: subject, pool: named(found.pool, subject) };
  const calls = useLook<Call[]>(worker ? "calls" : null, { pool: worker?.pool, state: "running", limit: 1000 });
  const log = useLook<WorkerLog>("log", { name: subject });
  const give = (order: typeof restartWorker) => () => {
    if (!worker || wire.readOnly.value) return false;
    orders.give(order(worker));
  };
  useKeys({ R: give(restartWorker), K: give(stopWorker) });
  useLeads(leadsOfWorker(usePools().value.value ?? []), worker);
  return (
    <>
      <div class="heading">
        <h1>{subject}</h1>
        {worker && <Badge state={worker.state} />}
        {worker && (
          <span class="buttons">
            <OrderButton order={restartWorker(worker)} />
            <OrderButton order={stopWorker(worker)} />
          </span>
        )}
      </div>
      <Failure error={look.error.value} />
      {worker && <WorkerFacts worker={worker} />}
      <section class="section">
        <h2>Current calls</h2>
        <Table
          name="Current calls"
          param="calls"
          rows={calls.value.value?.filter((call) => withoutNode(call.worker ?? "") === withoutNode(subject)) ?? null}
          id={(call) => call.id}
          columns={callColumns}
          empty="No call runs here."
          actions={(call) => [cancelCall(call)]}
          keys={{ X: cancelCall }}
        />
      </section>
      {worker?.last_exit && <LastExit exit={worker.last_exit} />}
      <section class="section">
        <h2>Log</h2>
        {log.value.value ? <Log log={log.value.value} /> : <Failure error={log.error.value} />}
      </section>
      <PastExits worker={subject} />
    </>
  );
}
