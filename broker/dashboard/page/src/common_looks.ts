// Looks that several views and the header share. They ask the same, so the node is asked once.

import { useLook } from "./app";
import type { AllHistory, Pool } from "./answers";
import type { Look } from "./looks";

export function usePools(): Look<Pool[]> {
  return useLook<Pool[]>("pools", {}, { without: ["drained_ms"] });
}

/** The last seconds of all pools. */
export function useSeconds(): Look<AllHistory> {
  return useLook<AllHistory>("history", { step: "1s", last: 5 });
}

/** The last hour of all pools, by minutes. */
export function useHour(): Look<AllHistory> {
  return useLook<AllHistory>("history", { step: "1m", last: 60 }, { everyS: 60 });
}
