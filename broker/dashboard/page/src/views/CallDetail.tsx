// One call with all that the node knows of it.

import { useRef } from "preact/hooks";
import type { Call } from "../answers";
import { cancelCall } from "../call_orders";
import { Badge } from "../components/Badge";
import { Fact, Facts } from "../components/Fact";
import { OrderButton } from "../components/OrderButton";
import { duration, fullTime } from "../formats";
import { href } from "../route";
import type { SlowCall } from "./call_rows";
import { SlowOutcome } from "./SlowOutcome";

/** What has the call is a worker here (`text.0`), or a pool at another node (`text@beta`). */
function WorkerLink({ worker }: { worker: string }) {
  return <a href={href(/\.\d+(@|$)/.test(worker) ? "worker" : "pool", worker)}>{worker}</a>;
}

/** The call stays as it was last seen when it is no longer open. */
export function CallDetail({ id, calls }: { id: string; calls: readonly Call[] | null }) {
  const seen = useRef<Call | null>(null);
  const now = calls?.find((call) => call.id === id) ?? null;
  if (now) seen.current = now;
  const call = seen.current;
  if (!call) return <p class="quiet">{calls === null ? "…" : "This call is not open, or not among those that are listed."}</p>;
  return (
    <div class={now ? "" : "ended"}>
      {now ? (
        <p class="orders">
          <OrderButton order={cancelCall(call)} />
        </p>
      ) : (
        <p class="notice" role="status">
          The call has ended. This is how it was last seen.
        </p>
      )}
      <Facts>
        <Fact name="state">{now ? <Badge state={call.state} /> : "ended"}</Fact>
        <Fact name="kind">{call.kind}</Fact>
        <Fact name="pool">
          <a href={href("pool", call.pool)}>{call.pool}</a>
        </Fact>
        <Fact name="worker">{call.worker == null ? "none yet" : <WorkerLink worker={call.worker} />}</Fact>
        <Fact name="age">{duration(call.age_ms)}</Fact>
        <Fact name="time left">{call.deadline_ms == null ? "no deadline" : duration(call.deadline_ms)}</Fact>
        <Fact name="from">{call.from}</Fact>
        <Fact name="deaths">{call.deaths === 0 ? "no worker died with it" : `${call.deaths} workers died with it`}</Fact>
        <Fact name="priority">{call.priority}</Fact>
        <Fact name="key">{call.key ?? "–"}</Fact>
        <Fact name="request id">{call.request_id ?? "–"}</Fact>
        <Fact name="trace id">{call.trace_id ?? "–"}</Fact>
        <Fact name="node">{call.node}</Fact>
        <Fact name="call">
          <code>{call.id}</code>
        </Fact>
      </Facts>
    </div>
  );
}

export function SlowDetail({ call, loaded }: { call: SlowCall | null; loaded: boolean }) {
  if (!call) return <p class="quiet">{loaded ? "This call is no longer among the last slow ones." : "…"}</p>;
  const runs = call.outcome === "running";
  return (
    <>
      <Facts>
        <Fact name="outcome">
          <SlowOutcome outcome={call.outcome} />
        </Fact>
        <Fact name="kind">{call.kind}</Fact>
        <Fact name="pool">
          <a href={href("pool", call.pool)}>{call.pool}</a>
        </Fact>
        <Fact name="worker">
          <WorkerLink worker={call.worker} />
        </Fact>
        <Fact name="pid">{call.pid ?? "–"}</Fact>
        <Fact name="ran">{runs ? `more than ${duration(call.run_ms)}` : duration(call.run_ms)}</Fact>
        <Fact name="waited">{duration(call.waited_ms)}</Fact>
        <Fact name="time left when slow">{call.deadline_ms == null ? "no deadline" : duration(call.deadline_ms)}</Fact>
        <Fact name="slow since">{fullTime(call.time)}</Fact>
        <Fact name="request id">{call.request_id ?? "–"}</Fact>
        <Fact name="trace id">{call.trace_id ?? "–"}</Fact>
      </Facts>
      <h3>What the worker wrote to stderr meanwhile</h3>
      {call.stderr.length > 0 ? <pre tabIndex={0}>{call.stderr.join("\n")}</pre> : <p class="quiet">Nothing.</p>}
      <h3>{call.command ? `What ${call.command.program} found` : "The command that looks at slow calls"}</h3>
      {call.command ? (
        <>
          <pre tabIndex={0}>{call.command.output || "(no output)"}</pre>
          <p class="quiet">
            {call.command.program} {call.command.end}
            {call.command.cut ? "; its output is cut" : ""}
          </p>
        </>
      ) : (
        <p class="quiet">{runs ? "It has not ended, or the pool has none." : "It was not run, or the pool has none."}</p>
      )}
    </>
  );
}
