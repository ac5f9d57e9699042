// Figures of pools per second, and of the node as a whole.

import type { AllHistory, History, Pool } from "./answers";
import { lastKnown } from "./series";

export interface PoolFigures {
  callsPerS: number | null;
  errorsPerS: number | null;
  p50: number | null;
  p99: number | null;
  memory: number | null;
}

/** The mean of what is known: over some seconds, so that a few calls do not make the figure flicker. */
function mean(column: readonly (number | null)[] | undefined): number | null {
  const known = (column ?? []).filter((figure): figure is number => figure != null);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : null;
}

/** What a pool does now, by the last seconds of its history. */
export function figuresOf(history: History | undefined): PoolFigures {
  return {
    callsPerS: mean(history?.calls),
    errorsPerS: mean(history?.errors),
    p50: lastKnown(history?.p50_ms),
    p99: lastKnown(history?.p99_ms),
    memory: lastKnown(history?.memory),
  };
}

/** Whether a pool counts in the utilisation of the node: terminals have no slots that fill. */
function counts(pool: Pool): boolean {
  return pool.protocol !== "terminal";
}

export function utilisation(pool: Pick<Pool, "protocol" | "in_flight" | "abandoned" | "slots">): number | null {
  return pool.slots > 0 && pool.protocol !== "terminal" ? (pool.in_flight + pool.abandoned) / pool.slots : null;
}

export interface NodeFigures {
  callsPerS: number | null;
  errorsPerS: number | null;
  utilisation: number | null;
  oldestMs: number | null;
  waiting: number;
}

function sum(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure): figure is number => figure != null);
  return known.length ? known.reduce((a, b) => a + b, 0) : null;
}

export function nodeFigures(pools: readonly Pool[], history: AllHistory | null): NodeFigures {
  const figures = Object.values(history?.pools ?? {}).map(figuresOf);
  const counted = pools.filter(counts);
  const slots = sum(counted.map((pool) => pool.slots)) ?? 0;
  const taken = sum(counted.map((pool) => pool.in_flight + pool.abandoned)) ?? 0;
  const oldest = pools.map((pool) => pool.oldest_ms).filter((age): age is number => age != null);
  return {
    callsPerS: sum(figures.map((pool) => pool.callsPerS)),
    errorsPerS: sum(figures.map((pool) => pool.errorsPerS)),
    utilisation: slots > 0 ? taken / slots : null,
    oldestMs: oldest.length ? Math.max(...oldest) : null,
    waiting: sum(pools.map((pool) => pool.waiting)) ?? 0,
  };
}

/** The larger, the worse; 0 is well. What stops calls comes before what slows them. */
export function problemOf(pool: Pool): number {
  if (pool.state === "unavailable") return 5;
  if (pool.error) return 4;
  if (pool.state === "stopped" || pool.state === "drained") return 3;
  if (!pool.ready) return 2;
  return pool.workers < (pool.min ?? pool.size) || pool.waiting > 0 ? 1 : 0;
}

/** Whether somebody should look at the pool. */
export function isProblem(pool: Pool): boolean {
  return pool.state === "unavailable" || pool.error != null;
}
