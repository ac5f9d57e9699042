// Rows of a table as values: what a column is, which rows a filter lets through, and in which order they are.

import type { ComponentChildren } from "preact";

export interface Column<Row> {
  /** Names the column in the address: `sort=-calls`. */
  id: string;
  head: string;
  /** What the head means, if it is an abbreviation. */
  about?: string;
  cell: (row: Row) => ComponentChildren;
  /** What it is sorted by; without it, the column does not sort. Unknown (null) is last in either order. */
  by?: (row: Row) => number | string | null | undefined;
  /** Numbers are at the right end, and begin with the largest when they are sorted. */
  number?: boolean;
  /** `title`: the head line of a card, with `state` at its end. `wide`: a line of its own. `none`: not on a card. */
  card?: "title" | "state" | "wide" | "none";
  /** Takes the room that is left, and is cut if there is none. */
  grows?: boolean;
}

export function matching<Row>(rows: readonly Row[], filter: string, text?: (row: Row) => string): readonly Row[] {
  const wanted = filter.toLowerCase();
  return wanted && text ? rows.filter((row) => text(row).toLowerCase().includes(wanted)) : rows;
}

type Key = number | string | null | undefined;

const collator = new Intl.Collator("en", { numeric: true });

/** Orders unknown keys last, whatever `sign` is. */
function compare(a: Key, b: Key, sign: number): number {
  if (a == null || b == null) return Number(a == null) - Number(b == null);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * collator.compare(String(a), String(b));
}

/** Returns `rows` sorted by `sort` (`COLUMN` or `-COLUMN`, which is the largest first), else problems first. Stable. */
export function chosen<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string,
  problem?: (row: Row) => number,
): readonly Row[] {
  const down = sort.startsWith("-");
  const by = columns.find((column) => column.id === (down ? sort.slice(1) : sort))?.by ?? null;
  if (by === null && !problem) return rows;
  const keyed = rows.map((row) => [by ? by(row) : problem?.(row), row] as const);
  const sign = by === null || down ? -1 : 1;
  return keyed.sort(([a], [b]) => compare(a, b, sign)).map(([, row]) => row);
}

/** What a click on a head leads to: first the natural order, then the other, then that of the view. */
export function clickedSort<Row>(column: Column<Row>, sort: string): string {
  const natural = column.number ? `-${column.id}` : column.id;
  const other = column.number ? column.id : `-${column.id}`;
  if (sort === natural) return other;
  return sort === other ? "" : natural;
}

/** The sort by the column left (-1) or right (1) of the one that sorts; before the first: that of the view. */
export function nextSort<Row>(columns: readonly Column<Row>[], sort: string, step: 1 | -1): string {
  const sortable = columns.filter((column) => column.by);
  const now = sortable.findIndex((column) => column.id === sort.replace(/^-/, ""));
  const next = sortable[Math.min(now + step, sortable.length - 1)];
  return next ? (next.number ? `-${next.id}` : next.id) : "";
}
