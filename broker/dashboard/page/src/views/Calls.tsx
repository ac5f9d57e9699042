// The calls that wait or run, and the last slow ones.

import { useApp, useLook, useTitle } from "../app";
import type { Call, Pool } from "../answers";
import { cancelCall } from "../call_orders";
import { stateColumn } from "../components/columns";
import { Choice } from "../components/Choice";
import { Failure } from "../components/Failure";
import { Split } from "../components/Split";
import { Table, type Column } from "../components/Table";
import { clockTime, duration } from "../formats";
import { href } from "../route";
import { CallDetail, SlowDetail } from "./CallDetail";
import {
  callText,
  countCalls,
  poolsOf,
  readCallFilter,
  selectCalls,
  selectSlow,
  slowKey,
  slowText,
  type SlowCall,
} from "./call_rows";
import { SlowOutcome } from "./SlowOutcome";

/** The most calls that are asked for; the node lists the oldest. */
const limit = 500;

const callColumns: readonly Column<Call>[] = [
  { id: "age", head: "Age", number: true, cell: (call) => duration(call.age_ms), by: (call) => call.age_ms },
  stateColumn((call) => call.state),
  { id: "pool", head: "Pool", cell: (call) => call.pool, by: (call) => call.pool },
  { id: "kind", head: "Kind", cell: (call) => call.kind, by: (call) => call.kind, card: "title" },
  { id: "worker", head: "Worker", cell: (call) => call.worker ?? "–", by: (call) => call.worker },
  {
    id: "left",
    head: "Left",
    about: "Until its deadline ends it",
    number: true,
    cell: (call) => (call.deadline_ms == null ? "no end" : duration(call.deadline_ms)),
    by: (call) => call.deadline_ms,
  },
  { id: "from", head: "From", cell: (call) => call.from, by: (call) => call.from },
  {
    id: "deaths",
    head: "Deaths",
    about: "Workers that died with it",
    number: true,
    cell: (call) => (call.deaths > 0 ? <span class="text-warn">{call.deaths}</span> : null),
    by: (call) => call.deaths,
  },
  { id: "id", head: "Call", grows: true, card: "wide", cell: (call) => <code>{call.id}</code>, by: (call) => call.id },
];

const slowColumns: readonly Column<SlowCall>[] = [
  {
    id: "ran",
    head: "Ran",
    number: true,
    cell: (call) => `${call.outcome === "running" ? "> " : ""}${duration(call.run_ms)}`,
    by: (call) => call.run_ms,
  },
  { id: "outcome", head: "Outcome", card: "state", cell: (call) => <SlowOutcome outcome={call.outcome} />, by: (call) => call.outcome },
  { id: "pool", head: "Pool", cell: (call) => call.pool, by: (call) => call.pool },
  { id: "kind", head: "Kind", card: "title", cell: (call) => call.kind, by: (call) => call.kind },
  { id: "worker", head: "Worker", cell: (call) => call.worker, by: (call) => call.worker },
  { id: "waited", head: "Waited", number: true, cell: (call) => duration(call.waited_ms), by: (call) => call.waited_ms },
  { id: "time", head: "Slow since", cell: (call) => clockTime(call.time), by: (call) => call.time },
  { id: "stderr", head: "Last line on stderr", grows: true, card: "wide", cell: (call) => call.stderr.at(-1) ?? "" },
];

const ages = [
  { ms: 0, label: "any age" },
  { ms: 1_000, label: "over 1 s" },
  { ms: 10_000, label: "over 10 s" },
  { ms: 60_000, label: "over 1 min" },
  { ms: 600_000, label: "over 10 min" },
];

export function CallsView({ subject }: { subject: string }) {
  const { router } = useApp();
  const { params } = router.route.value;
  const filter = readCallFilter(params);
  const cluster = params.cluster === "1";
  useTitle("Calls");

  const pools = useLook<Pool[]>("pools", cluster ? { cluster: true } : {});
  const question = { limit, ...(filter.pool ? { pool: filter.pool } : {}), ...(cluster ? { cluster: true } : {}) };
  const open = useLook<Call[]>("calls", question);
  const slow = useLook<SlowCall[]>("calls.slow");

  const calls = open.value.value;
  const slowCalls = slow.value.value;
  const counts = calls ? countCalls(calls) : null;
  const ofSlow = filter.state === "slow";
  const states = [
    { value: "open", label: "All open", count: counts?.open },
    { value: "waiting", label: "Waiting", count: counts?.waiting },
    { value: "running", label: "Running", count: counts?.running },
    { value: "slow", label: "Slow", count: slowCalls?.length, about: "The last calls that were longer in a worker than “slow” of their pool" },
  ];
  const names = [...new Set([...poolsOf((pools.value.value ?? []).map((pool) => ({ pool: pool.name }))), filter.pool])].filter(Boolean);
  const close = () => router.go("calls", "", params);
  const choose = (state: string) => router.go("calls", "", { ...params, state: state === "open" ? "" : state, sort: "" });

  const filters = (
    <>
      <select aria-label="Pool" value={filter.pool} onChange={(event) => router.set("pool", event.currentTarget.value)}>
        <option value="">every pool</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Age"
        value={String(filter.olderMs)}
        onChange={(event) => router.set("older", event.currentTarget.value === "0" ? "" : event.currentTarget.value)}
      >
        {ages.map((age) => (
          <option key={age.ms} value={age.ms}>
            {age.label}
          </option>
        ))}
      </select>
      {!ofSlow && (
        <label class="check">
          <input
            type="checkbox"
            checked={cluster}
            onChange={(event) => router.set("cluster", event.currentTarget.checked ? "1" : "")}
          />
          all nodes
        </label>
      )}
    </>
  );

  return (
    <Split
      title={ofSlow ? "Slow call" : "Call"}
      close={close}
      detail={
        subject === "" ? null : ofSlow ? (
          <SlowDetail call={slowCalls?.find((call) => slowKey(call) === subject) ?? null} loaded={slowCalls !== null} />
        ) : (
          <CallDetail key={subject} id={subject} calls={calls} />
        )
      }
    >
      <div class="heading">
        <h1>Calls</h1>
        <Choice name="State" value={filter.state} options={states} set={choose} />
      </div>
      <Failure error={ofSlow ? slow.error.value : open.error.value} />
      {ofSlow ? (
        <Table
          key="slow"
          name="Slow calls"
          rows={slowCalls && selectSlow(slowCalls, filter)}
          id={slowKey}
          columns={slowColumns}
          text={slowText}
          open={(call) => href("calls", slowKey(call), params)}
          tone={(call) => (slowKey(call) === subject ? "current" : "")}
          empty="No call was slow. A pool tells of slow calls if it has “slow” in its configuration."
        >
          {filters}
        </Table>
      ) : (
        <Table
          key="open"
          name="Open calls"
          rows={calls && selectCalls(calls, filter)}
          id={(call) => call.id}
          columns={callColumns}
          text={callText}
          open={(call) => href("calls", call.id, params)}
          keys={{ X: cancelCall }}
          tone={(call) => (call.id === subject ? "current" : "")}
          empty={calls?.length ? "No call passes these filters." : "No call waits or runs."}
        >
          {filters}
        </Table>
      )}
      {!ofSlow && calls !== null && calls.length >= limit && (
        <p class="quiet">The {limit} oldest calls are listed. Choose a pool to see others.</p>
      )}
    </Split>
  );
}
