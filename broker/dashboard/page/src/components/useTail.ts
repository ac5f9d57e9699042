// The window of a list that grows at its end: which rows are in the document, and whether it follows the end.
// All rows have one height, which the style sheet gives and this measures.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** Rows kept above and below what is seen, so that scrolling shows no gaps. */
const spare = 15;
/** Room below the list, in pixels. */
const belowPx = 16;
/** So near to the end, it follows. */
const nearPx = 40;

export interface TailWindow {
  box: RefObject<HTMLDivElement | null>;
  first: number;
  end: number;
  /** Heights in pixels of the rows that are not in the document. */
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

interface Place {
  top: number;
  height: number;
  rowPx: number;
}

/** @param keys Of the rows, growing. Rows may be dropped at the beginning; what is seen then stays where it is. */
export function useTail(keys: readonly number[]): TailWindow {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>({ top: 0, height: 600, rowPx: 24 });
  const [follows, setFollows] = useState(true);
  const before = useRef<readonly number[]>([]);
  const hidden = useRef(false);

  const measure = (list: HTMLDivElement) => {
    // To the end of the screen, whatever stands above it.
    list.style.height = `${innerHeight - (list.getBoundingClientRect().top + scrollY) - belowPx}px`;
    const rowPx = list.querySelector(".row")?.getBoundingClientRect().height || place.rowPx;
    const next = { top: list.scrollTop, height: list.clientHeight, rowPx };
    setPlace((old) => (old.top === next.top && old.height === next.height && old.rowPx === next.rowPx ? old : next));
  };
  const settle = () => {
    const list = box.current;
    if (!list) return;
    // A browser forgets where a list was scrolled to when it is not shown.
    const shown = list.offsetParent !== null;
    const back = shown && hidden.current;
    hidden.current = !shown;
    if (!shown) return;
    if (follows) list.scrollTop = list.scrollHeight;
    else if (back) list.scrollTop = place.top;
    measure(list);
  };
  const latest = useRef(settle);
  latest.current = settle;

  useLayoutEffect(() => {
    const firstKey = keys[0];
    const dropped = firstKey === undefined ? 0 : Math.max(0, before.current.findIndex((key) => key >= firstKey));
    before.current = keys;
    if (!follows && dropped > 0 && box.current) {
      if (hidden.current) setPlace((old) => ({ ...old, top: Math.max(0, old.top - dropped * old.rowPx) }));
      else box.current.scrollTop -= dropped * place.rowPx;
    }
    settle();
  });
  useLayoutEffect(() => {
    if (!box.current) return;
    const again = () => latest.current();
    const sized = new ResizeObserver(again);
    sized.observe(box.current);
    addEventListener("resize", again);
    return () => {
      sized.disconnect();
      removeEventListener("resize", again);
    };
  }, []);

  const first = Math.max(0, Math.min(Math.floor(place.top / place.rowPx) - spare, keys.length - 1));
  const end = Math.min(keys.length, Math.ceil((place.top + place.height) / place.rowPx) + spare);
  return {
    box,
    first,
    end,
    above: first * place.rowPx,
    below: Math.max(0, keys.length - end) * place.rowPx,
    page: Math.floor(place.height / place.rowPx),
    follows,
    follow: () => setFollows(true),
    hold: () => setFollows(false),
    show: (index) => {
      const list = box.current;
      if (!list) return;
      const top = index * place.rowPx;
      if (top < list.scrollTop) list.scrollTop = top;
      else if (top + place.rowPx > list.scrollTop + list.clientHeight) list.scrollTop = top + place.rowPx - list.clientHeight;
    },
    onScroll: () => {
      const list = box.current;
      if (!list || list.offsetParent === null) return;
      setFollows(list.scrollHeight - list.scrollTop - list.clientHeight < nearPx);
      measure(list);
    },
  };
}
