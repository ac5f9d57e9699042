// Where the keys `l` and `a` lead from a pool or a worker, as in `troupe top`: to its log, to its terminal.
//
//   <Table leads={leadsOfPool} />   on the selected row; null: the key does nothing
//   useLeads(leadsOfPool, pool)     on the one thing that a view shows; null while there is none

import { useApp, useKeys } from "./app";
import type { Pool, Worker } from "./answers";
import type { KeyMap } from "./keys";
import { href, type Router } from "./route";

/** By a key: the place where it leads from a thing. */
export type Leads<Thing> = Readonly<Record<string, (thing: Thing) => string | null>>;

export const leadsOfPool: Leads<Pool> = {
  l: (pool) => href("log", pool.name),
  a: (pool) => {
    if (pool.protocol !== "terminal") return null;
    return pool.size === 1 ? href("terminals", `${pool.name}.0`) : href("terminals", "", { filter: pool.name });
  },
};

/** @param pools Those of the node: they know which workers are terminals. */
export function leadsOfWorker(pools: readonly Pool[]): Leads<Worker> {
  return {
    l: (worker) => href("log", worker.name),
    a: (worker) =>
      pools.some(({ name, protocol }) => name === worker.pool && protocol === "terminal")
        ? href("terminals", worker.name)
        : null,
  };
}

export function leadKeys<Thing>(leads: Leads<Thing>, thing: () => Thing | null | undefined, router: Router): KeyMap {
  const follow = (lead: Leads<Thing>[string]) => () => {
    const from = thing();
    const place = from && lead(from);
    if (!place) return false;
    router.open(place);
  };
  return Object.fromEntries(Object.entries(leads).map(([key, lead]) => [key, follow(lead)]));
}

export function useLeads<Thing>(leads: Leads<Thing>, thing: Thing | null): void {
  const { router } = useApp();
  useKeys(leadKeys(leads, () => thing, router));
}
