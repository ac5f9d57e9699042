// All pools at a glance, those with a problem first.

import type { AllHistory, Pool } from "../answers";
import { Bar } from "../components/Bar";
import { linkColumn, stateColumn } from "../components/columns";
import { Failure } from "../components/Failure";
import { Problems } from "../components/Problems";
import { Spark } from "../components/Spark";
import { Table, type Column } from "../components/Table";
import { useTitle } from "../app";
import { useHour, usePools, useSeconds } from "../common_looks";
import { bytes, count, duration, latency, plural, rate } from "../formats";
import { drainPool, restartPool, resumePool, scalePool, stopPool } from "../pool_orders";
import { leadsOfPool } from "../leads";
import { figuresOf, isProblem, problemOf, utilisation, type PoolFigures } from "../rates";
import { href } from "../route";

interface Row extends PoolFigures {
  pool: Pool;
  used: number | null;
  hour: AllHistory["pools"][string] | undefined;
}

const columns: readonly Column<Row>[] = [
  { ...linkColumn("pool", "Pool", ({ pool }: Row) => pool.name), grows: true },
  stateColumn(({ pool }) => pool.state),
  {
    id: "ready",
    head: "Ready",
    about: "Ready workers / wanted workers",
    number: true,
    by: (row) => row.pool.workers,
    cell: ({ pool }) => (
      <span class={pool.workers < (pool.min ?? pool.size) ? "text-warn" : ""}>
        {pool.workers}/{pool.size}
      </span>
    ),
  },
  {
    id: "used",
    head: "Utilisation",
    about: "Running calls ÷ calls that could run",
    number: true,
    by: (row) => row.used,
    cell: (row) => <Bar part={row.used} />,
  },
  {
    id: "waiting",
    head: "Waiting",
    number: true,
    by: (row) => row.pool.waiting,
    cell: ({ pool }) => count(pool.waiting),
  },
  {
    id: "oldest",
    head: "Oldest",
    about: "How long the oldest call has waited",
    number: true,
    by: (row) => row.pool.oldest_ms,
    cell: ({ pool }) => duration(pool.oldest_ms),
  },
  { id: "calls", head: "Calls/s", number: true, by: (row) => row.callsPerS, cell: (row) => rate(row.callsPerS) },
  {
    id: "errors",
    head: "Errors/s",
    number: true,
    by: (row) => row.errorsPerS,
    cell: (row) => <span class={row.errorsPerS ? "text-bad" : ""}>{rate(row.errorsPerS)}</span>,
  },
  {
    id: "p50",
    head: "p50",
    about: "Half of the calls were faster, waiting included",
    number: true,
    by: (row) => row.p50,
    cell: (row) => latency(row.p50),
  },
  {
    id: "p99",
    head: "p99",
    about: "99 of 100 calls were faster, waiting included",
    number: true,
    by: (row) => row.p99,
    cell: (row) => latency(row.p99),
  },
  {
    id: "memory",
    head: "Memory",
    about: "Of the workers and all that descend from them",
    number: true,
    by: (row) => row.memory,
    cell: (row) => bytes(row.pool.workers > 0 ? row.memory : null),
  },
  {
    id: "hour",
    head: "Last hour",
    about: "Calls by the minute; errors in red",
    card: "wide",
    cell: ({ pool, hour }) => (
      <Spark
        values={hour?.calls ?? []}
        errors={hour?.errors ?? []}
        places={60}
        about={`Calls of ${pool.name} in the last hour`}
      />
    ),
  },
];

const leads = Object.fromEntries(Object.entries(leadsOfPool).map(([key, lead]) => [key, (row: Row) => lead(row.pool)]));

export function PoolsView() {
  const pools = usePools();
  const seconds = useSeconds().value.value;
  const hour = useHour().value.value;
  useTitle("Pools");
  const rows = pools.value.value?.map((pool): Row => ({
    pool,
    ...figuresOf(seconds?.pools[pool.name]),
    used: utilisation(pool),
    hour: hour?.pools[pool.name],
  }));
  return (
    <>
      <h1 class="unseen">Pools</h1>
      <Failure error={pools.error.value} />
      <Problems pools={pools.value.value ?? []} />
      <Table
        name="Pools"
        rows={rows ?? null}
        id={(row) => row.pool.name}
        columns={columns}
        empty="This node runs no pools."
        text={({ pool }) => `${pool.name} ${pool.state} ${pool.protocol} ${pool.error?.message ?? ""}`}
        open={(row) => href("pool", row.pool.name)}
        problem={(row) => problemOf(row.pool)}
        tone={(row) => (isProblem(row.pool) ? "bad" : row.pool.ready ? "" : "warn")}
        unit={(n) => plural(n, "pool")}
        leads={leads}
        keys={{
          R: ({ pool }) => restartPool(pool),
          D: ({ pool }) => (pool.state === "drained" ? resumePool(pool) : drainPool(pool)),
          S: ({ pool }) => scalePool(pool),
          K: ({ pool }) => stopPool(pool),
        }}
      />
    </>
  );
}
