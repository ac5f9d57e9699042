// One pool: what it does and did, its workers, and the orders on it.

import { useMemo } from "preact/hooks";
import { useApp, useKeys, useLook, useTitle } from "../app";
import type { Pool, PoolWithWorkers, Worker } from "../answers";
import { Badge } from "../components/Badge";
import { Bar } from "../components/Bar";
import { Fact, Facts } from "../components/Fact";
import { Failure } from "../components/Failure";
import { OrderButton } from "../components/OrderButton";
import { Past } from "../components/Past";
import { PoolProblem } from "../components/Problems";
import { unwanted, WorkerTable } from "../components/WorkerTable";
import { usePools } from "../common_looks";
import { count, duration } from "../formats";
import { leadsOfPool, useLeads } from "../leads";
import { presentValue } from "../looks";
import { drainPool, reloadPool, restartPool, resumePool, scalePool, stopPool } from "../pool_orders";
import { named, nodeOf } from "../names";
import { utilisation } from "../rates";

/** The names are changed only where it is needed: rows that stay the same objects are not drawn again. */
function atNodeOf(subject: string, workers: readonly Worker[] | null): readonly Worker[] | null {
  return workers && nodeOf(subject)
    ? workers.map((worker) => ({ ...worker, name: named(worker.name, subject) }))
    : workers;
}

function takesCalls(worker: Worker): boolean {
  return worker.state === "ready" || worker.state === "busy";
}

function Heading({ pool }: { pool: Pool }) {
  return (
    <div class="heading">
      <h1>{pool.name}</h1>
      <Badge state={pool.state} />
      <span class="buttons">
        <OrderButton order={restartPool(pool)} />
        <OrderButton order={reloadPool(pool)} />
        <OrderButton order={pool.state === "drained" ? resumePool(pool) : drainPool(pool)} />
        <OrderButton order={scalePool(pool)} />
        <OrderButton order={stopPool(pool)} />
      </span>
    </div>
  );
}

function PoolFacts({ pool }: { pool: Pool }) {
  const { late, stray } = pool.totals;
  return (
    <Facts>
      <Fact name="ready / wanted">
        {count(pool.workers)} / {pool.min == null ? count(pool.size) : `${pool.min}–${pool.size}`}
      </Fact>
      <Fact name="utilisation">
        <Bar part={utilisation(pool)} />
      </Fact>
      <Fact name="running">
        {count(pool.in_flight)}
        {pool.abandoned > 0 && ` + ${pool.abandoned} abandoned`}
      </Fact>
      <Fact name="waiting">{count(pool.waiting)}</Fact>
      <Fact name="oldest waiting">{pool.oldest_ms == null ? "none" : duration(pool.oldest_ms)}</Fact>
      <Fact name="calls">{count(pool.calls)}</Fact>
      <Fact name="errors">{count(pool.errors)}</Fact>
      {late > 0 && <Fact name="late answers">{count(late)}</Fact>}
      {stray > 0 && <Fact name="stray lines">{count(stray)}</Fact>}
      <Fact name={pool.behaviour ? "behaviour" : "protocol"}>{pool.behaviour ?? pool.protocol}</Fact>
      <Fact name="window">{count(pool.window)}</Fact>
    </Facts>
  );
}

export function PoolView({ subject }: { subject: string }) {
  const { orders, wire } = useApp();
  useTitle(subject);
  const size = usePools().value.value?.find((pool) => pool.name === subject)?.size ?? 0;
  const look = useLook<PoolWithWorkers>("pool", { name: subject }, { without: unwanted(size) });
  const found = presentValue(look);
  const workers = useMemo(() => atNodeOf(subject, found?.workers ?? null), [found, subject]);
  const pool: Pool | null = found && { ...found, name: subject, workers: found.workers.filter(takesCalls).length };
  const give = (order: typeof restartPool) => () => {
    if (!pool || wire.readOnly.value) return false;
    orders.give(order(pool));
  };
  // These are for the pool while no worker is selected: the table's keys come first.
  useKeys({
    R: give(restartPool),
    D: give((p) => (p.state === "drained" ? resumePool(p) : drainPool(p))),
    S: give(scalePool),
    K: give(stopPool),
  });
  useLeads(leadsOfPool, pool);
  return (
    <>
      {pool ? <Heading pool={pool} /> : <h1>{subject}</h1>}
      <Failure error={look.error.value} />
      {pool && <PoolProblem pool={pool} />}
      {pool && <PoolFacts pool={pool} />}
      {pool && <Past name={subject} />}
      {pool && (
        <section class="section">
          <h2>Workers</h2>
          <WorkerTable param="workers" workers={workers} />
        </section>
      )}
    </>
  );
}
