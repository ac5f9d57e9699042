// The row that keys act on. It is known by its id, so it stays selected when the table is sorted again.

import { useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import type { Span } from "./useWindow";

export interface Selection {
  id: string | null;
  index: number;
  choose: (id: string) => void;
  move: (by: number) => void;
  /** After each drawing: focuses the row that `move` has chosen; chooses another if the row is gone. */
  settle: () => void;
}

export function useSelection(box: RefObject<HTMLElement | null>, ids: readonly string[], span: Span): Selection {
  const [id, setId] = useState<string | null>(null);
  const place = useRef(0);
  const moved = useRef(false);
  const index = id === null ? -1 : ids.indexOf(id);
  if (index >= 0) place.current = index;

  const scrollTo = (next: number) => {
    const body = box.current?.querySelector("tbody");
    if (!span.windowed || !body) return;
    const top = body.getBoundingClientRect().top + next * span.rowPx;
    if (top < 80 || top > innerHeight - 80) scrollBy(0, top - innerHeight / 2);
  };

  return {
    id: index >= 0 ? id : null,
    index,
    choose: setId,
    move: (by) => {
      const last = ids.length - 1;
      const begin = by > 0 ? 0 : last;
      const next = Number.isFinite(by) ? (index < 0 ? begin : Math.max(0, Math.min(last, index + by))) : last - begin;
      const chosen = ids[next];
      if (chosen === undefined) return;
      moved.current = true;
      scrollTo(next);
      setId(chosen);
    },
    settle: () => {
      if (id !== null && index < 0 && ids.length > 0) setId(ids[Math.min(place.current, ids.length - 1)] ?? null);
      if (!moved.current || index < 0) return;
      const row = box.current?.querySelector<HTMLElement>(`tr[data-row="${index}"]`);
      if (!row) return;
      moved.current = false;
      row.focus({ preventScroll: span.windowed });
      if (!span.windowed) row.scrollIntoView({ block: "nearest" });
    },
  };
}
