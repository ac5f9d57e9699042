// What is wrong with pools, in whole sentences, above all else.

import type { Fault, Pool } from "../answers";
import { duration, plural } from "../formats";
import { isProblem } from "../rates";
import { href } from "../route";
import { Badge } from "./Badge";

const atMost = 8;

/** The last words of the worker that is the cause. */
export function lastWords(fault: Fault): string {
  const cause = (fault.cause as Fault | undefined) ?? fault;
  const lines = (cause.stderr as string[] | undefined) ?? [];
  return lines[lines.length - 1] ?? "";
}

/** Why a pool takes no calls, its worker's last words, and when the node tries again. */
function Cause({ pool }: { pool: Pool }) {
  const fault = pool.error;
  const words = fault ? lastWords(fault) : "";
  const again = fault?.retry_after_ms as number | undefined;
  return (
    <span>
      {fault?.message ?? "takes no calls"}
      {words && !fault?.message.includes(words) && (
        <>
          {" "}
          <code class="quiet">{words}</code>
        </>
      )}
      {again != null && again > 0 && <span class="quiet"> Next try in {duration(again)}.</span>}
    </span>
  );
}

/** What is wrong with the one pool that is shown; nothing if all is well. */
export function PoolProblem({ pool }: { pool: Pool }) {
  return isProblem(pool) ? (
    <p class="failure">
      <Cause pool={pool} />
    </p>
  ) : null;
}

export function Problems({ pools }: { pools: readonly Pool[] }) {
  const bad = pools.filter(isProblem);
  if (bad.length === 0) return null;
  return (
    <ul class="problems" aria-label="Problems">
      {bad.slice(0, atMost).map((pool) => (
        <li key={pool.name}>
          <span>
            <a href={href("pool", pool.name)}>{pool.name}</a> <Badge state={pool.state} />
          </span>
          <Cause pool={pool} />
        </li>
      ))}
      {bad.length > atMost && <li>and {plural(bad.length - atMost, "pool")} more, at the top of the table</li>}
    </ul>
  );
}
