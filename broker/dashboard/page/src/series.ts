// The past of a pool as the page keeps it: fetched once as a whole, then the last rows are added as they come.

import type { History, PoolHistory } from "./answers";

const columns = [
  "calls",
  "errors",
  "waiting",
  "running",
  "workers",
  "p50_ms",
  "p99_ms",
  "memory",
  "cpu",
  "restarts",
  "reloads",
  "ends",
] as const satisfies readonly (keyof History)[];

export type ColumnName = (typeof columns)[number];

/** Returns `known` with the rows of `news`, at most `most` of them; null if rows in between are missing. */
export function extended(known: PoolHistory, news: PoolHistory, most: number): PoolHistory | null {
  if (news.next <= known.next) return news.next < known.start ? null : known;
  if (news.start > known.next || news.step !== known.step) return null;
  const before = Math.max(0, Math.round((news.start - known.start) / known.step_s));
  const rows = before + news.calls.length;
  const drop = Math.max(0, rows - most);
  const joined = { ...news, start: Math.min(known.start, news.start) + drop * known.step_s };
  for (const name of columns)
    joined[name] = [...(known[name] ?? []).slice(0, before), ...(news[name] ?? [])].slice(drop);
  return joined;
}

/** The time of each row, in seconds since 1970. */
export function times(history: PoolHistory): number[] {
  return history.calls.map((_, i) => history.start + i * history.step_s);
}

export interface Mark {
  time: number;
  kind: "restart" | "reload" | "end";
  count: number;
}

/** When workers were replaced by an order, or ended by themselves. */
export function marksOf(history: PoolHistory): Mark[] {
  const marks: Mark[] = [];
  for (const [name, kind] of [
    ["restarts", "restart"],
    ["reloads", "reload"],
    ["ends", "end"],
  ] as const)
    (history[name] ?? []).forEach((count, i) => {
      if (count) marks.push({ time: history.start + i * history.step_s, kind, count });
    });
  return marks;
}

/** The last figure of a column that is known. */
export function lastKnown(column: readonly (number | null)[] | undefined): number | null {
  for (let i = (column?.length ?? 0) - 1; i >= 0; --i) {
    const figure = column?.[i];
    if (figure != null) return figure;
  }
  return null;
}
