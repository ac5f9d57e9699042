// The orders on pools and workers, and the sentences that say what they do.

import type { Json, Pool, Worker } from "./answers";
import { count, plural } from "./formats";
import { at, type Order } from "./orders";

type PoolFacts = Pick<Pool, "name" | "state" | "size" | "min" | "idle_ms" | "waiting" | "in_flight"> & {
  workers: number;
};

/** A member of an answer that is a number. */
function figure(answer: Json, member: string): number {
  const value = answer !== null && typeof answer === "object" && !Array.isArray(answer) ? answer[member] : 0;
  return typeof value === "number" ? value : 0;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** "replaces its 4 workers one by one" */
function replaces(pool: PoolFacts): string {
  const workers = pool.workers || pool.size;
  return workers === 1 ? "replaces its worker" : `replaces its ${count(workers)} workers one by one, each`;
}

export function restartPool(pool: PoolFacts): Order {
  const none = pool.state === "stopped" || pool.workers === 0;
  return {
    verb: "Restart",
    subject: pool.name,
    will: none
      ? `Starts ${plural(pool.min ?? pool.size, "worker")} now.`
      : `${capital(replaces(pool))} after the replacement is ready; calls go on.`,
    method: "POST",
    path: at`api/pools/${pool.name}/restart`,
    did: (answer) => `${pool.name}: ${plural(figure(answer, "restarted"), "worker")} restarted`,
  };
}

export function reloadPool(pool: PoolFacts): Order {
  return {
    verb: "Reload",
    subject: pool.name,
    will:
      `Reads the configuration of ${pool.name} again, and ${replaces(pool)} after the replacement is ready; calls go on. ` +
      "If the first new worker does not become ready, the pool stays as it is.",
    method: "POST",
    path: at`api/pools/${pool.name}/reload`,
    did: (answer) => `${pool.name} reloaded: ${plural(figure(answer, "replaced"), "worker")} replaced`,
  };
}

export function drainPool(pool: PoolFacts): Order {
  return {
    verb: "Drain",
    subject: pool.name,
    will:
      `${pool.name} takes no more calls until it is resumed; callers are refused. ` +
      `What it has is finished: ${pool.in_flight} running, ${pool.waiting} waiting.`,
    method: "POST",
    path: at`api/pools/${pool.name}/drain`,
    did: () => `${pool.name} takes no more calls`,
  };
}

export function resumePool(pool: PoolFacts): Order {
  return {
    verb: "Resume",
    subject: pool.name,
    will: `${pool.name} takes calls again.`,
    method: "POST",
    path: at`api/pools/${pool.name}/resume`,
    did: () => `${pool.name} takes calls again`,
  };
}

/** What a person types as a size: "4", or "1-16" for as many as are needed. */
function sizeOf(text: string, idleMs: number | undefined): Json {
  const [min = 0, max] = text.split("-").map(Number);
  if (max === undefined) return { size: min };
  return { size: { min, max, ...(idleMs === undefined ? {} : { idle: `${idleMs}ms` }) } };
}

export function scalePool(pool: PoolFacts): Order {
  const now = pool.min === undefined ? String(pool.size) : `${pool.min}-${pool.size}`;
  return {
    verb: "Scale",
    subject: pool.name,
    will:
      `Changes the number of workers, now ${now}. Workers that are too many end after their calls. ` +
      "The number holds until the next reload.",
    method: "POST",
    path: at`api/pools/${pool.name}/scale`,
    field: { label: "Workers", value: now, pattern: "[0-9]+(-[0-9]+)?", hint: "4, or 1-16 for as many as are needed" },
    body: (size) => sizeOf(size, pool.idle_ms),
    did: (answer) => `${pool.name} has ${plural(figure(answer, "size"), "worker")} now`,
  };
}

export function stopPool(pool: PoolFacts): Order {
  return {
    verb: "Stop",
    subject: pool.name,
    will:
      `Stops ${plural(pool.workers || pool.size, "worker")} when the running calls (${pool.in_flight} now) and paused ` +
      "sessions have ended. " +
      `Nothing runs in ${pool.name} until it is restarted.`,
    harmful: true,
    method: "POST",
    path: at`api/pools/${pool.name}/stop`,
    did: (answer) => `${pool.name}: ${plural(figure(answer, "stopped"), "worker")} stopped`,
  };
}

export function restartWorker(worker: Worker): Order {
  return {
    verb: "Restart",
    subject: worker.name,
    will:
      worker.pid == null
        ? `Starts ${worker.name}.`
        : `Replaces ${worker.name} after its replacement is ready; its calls (${worker.in_flight} now) and sessions are ` +
          "finished first.",
    method: "POST",
    path: at`api/workers/${worker.name}/restart`,
    did: () => `${worker.name} restarted`,
  };
}

export function stopWorker(worker: Worker): Order {
  return {
    verb: "Stop",
    subject: worker.name,
    will:
      `Stops ${worker.name} when its calls (${worker.in_flight} now) and sessions have ended. ` +
      "It stays stopped until it is restarted.",
    harmful: true,
    method: "DELETE",
    path: at`api/workers/${worker.name}`,
    did: () => `${worker.name} stopped`,
  };
}
