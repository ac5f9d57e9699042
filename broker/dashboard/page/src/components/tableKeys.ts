// The keys of a table, as in `troupe top`. If a page has several tables, they are for the one that has the focus.

import type { RefObject } from "preact";
import { useKeys } from "../app";
import type { KeyMap } from "../keys";
import { nextSort, type Column } from "../rows";
import type { Selection } from "./useSelection";

/** Whether keys are for this table: it has the focus, or it is the first one and none has. */
function isMeant(listing: HTMLElement | null): boolean {
  const focused = document.activeElement?.closest(".listing");
  return listing !== null && listing === (focused ?? document.querySelector(".listing"));
}

export function useTableKeys(listing: RefObject<HTMLElement | null>, keys: KeyMap): void {
  const meant = Object.entries(keys).map(([key, act]): [string, KeyMap[string]] => [
    key,
    (event) => (isMeant(listing.current) ? act(event) : false),
  ]);
  useKeys(Object.fromEntries(meant));
}

export function selectionKeys(selection: Selection, page: number): KeyMap {
  return {
    ArrowDown: () => selection.move(1),
    ArrowUp: () => selection.move(-1),
    PageDown: () => selection.move(page),
    PageUp: () => selection.move(-page),
    Home: () => selection.move(-Infinity),
    End: () => selection.move(Infinity),
  };
}

export function sortKeys<Row>(columns: readonly Column<Row>[], sort: string, set: (sort: string) => void): KeyMap {
  return {
    "<": () => set(nextSort(columns, sort, -1)),
    ">": () => set(nextSort(columns, sort, 1)),
    o: () => (sort ? set(sort.startsWith("-") ? sort.slice(1) : `-${sort}`) : false),
  };
}
