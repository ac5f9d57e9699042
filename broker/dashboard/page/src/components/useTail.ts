// The window of a list that grows at its end: which rows are in the document, and whether it follows the end.
// All rows have one height, which the style sheet gives and this measures.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

const spare = 15;
/** Room below the list, in pixels. */
const belowPx = 16;
/** So near to the end, it follows. */
const nearPx = 40;

export interface TailWindow {
  box: RefObject<HTMLDivElement | null>;
  first: number;
  end: number;
  above: number;
  below: number;
  /** Rows that are seen at once. */
  page: number;
  follows: boolean;
  follow: () => void;
  hold: () => void;
  /** Scrolls as little as shows this row. */
  show: (index: number) => void;
  onScroll: () => void;
}

/** @param keys Of the rows, growing. Rows may be dropped at the beginning; what is seen then stays where it is. */
export function useTail(keys: readonly number[]): TailWindow {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, rowPx: 24 });
  const [follows, setFollows] = useState(true);
  const before = useRef<readonly number[]>([]);

  const measure = () => {
    const list = box.current;
    if (!list) return;
    // To the end of the screen, whatever stands above it.
    list.style.height = `${innerHeight - (list.getBoundingClientRect().top + scrollY) - belowPx}px`;
    const rowPx = list.querySelector(".row")?.getBoundingClientRect().height || view.rowPx;
    const next = { top: list.scrollTop, height: list.clientHeight, rowPx };
    setView((old) => (old.top === next.top && old.height === next.height && old.rowPx === next.rowPx ? old : next));
  };

  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    const firstKey = keys[0];
    const dropped = firstKey === undefined ? 0 : Math.max(0, before.current.findIndex((key) => key >= firstKey));
    before.current = keys;
    if (follows) list.scrollTop = list.scrollHeight;
    else if (dropped > 0) list.scrollTop -= dropped * view.rowPx;
    measure();
  });
  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    const sized = new ResizeObserver(measure);
    sized.observe(list);
    addEventListener("resize", measure);
    return () => {
      sized.disconnect();
      removeEventListener("resize", measure);
    };
  }, []);

  const first = Math.max(0, Math.min(Math.floor(view.top / view.rowPx) - spare, keys.length - 1));
  const end = Math.min(keys.length, Math.ceil((view.top + view.height) / view.rowPx) + spare);
  return {
    box,
    first,
    end,
    above: first * view.rowPx,
    below: Math.max(0, keys.length - end) * view.rowPx,
    page: Math.floor(view.height / view.rowPx),
    follows,
    follow: () => setFollows(true),
    hold: () => setFollows(false),
    show: (index) => {
      const list = box.current;
      if (!list) return;
      const top = index * view.rowPx;
      if (top < list.scrollTop) list.scrollTop = top;
      else if (top + view.rowPx > list.scrollTop + list.clientHeight) list.scrollTop = top + view.rowPx - list.clientHeight;
    },
    onScroll: () => {
      const list = box.current;
      if (!list) return;
      setFollows(list.scrollHeight - list.scrollTop - list.clientHeight < nearPx);
      measure();
    },
  };
}
