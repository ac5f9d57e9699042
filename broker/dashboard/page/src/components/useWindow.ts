// Which rows of a long table are in the document: those near the part that is seen. Up to 200 rows all of them are.

import { useEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";

const windowedBeyond = 200;
/** Rows kept above and below what is seen, so that scrolling shows no gaps. */
const spare = 20;
const usualRowPx = 32;

export interface Span {
  windowed: boolean;
  first: number;
  end: number;
  /** Heights in pixels of the rows that are not in the document. */
  above: number;
  below: number;
  /** Rows that a page of the screen has. */
  page: number;
  rowPx: number;
}

export function spanOf(rows: number, rowPx: number, top: number, height: number): Span {
  const page = Math.max(1, Math.floor(height / rowPx) - 2);
  if (rows <= windowedBeyond) return { windowed: false, first: 0, end: rows, above: 0, below: 0, page, rowPx };
  const first = Math.min(Math.max(0, Math.floor(-top / rowPx) - spare), Math.max(0, rows - 1));
  const end = Math.min(rows, Math.max(0, Math.ceil((height - top) / rowPx)) + spare);
  return {
    windowed: true,
    first,
    end: Math.max(end, first + 1),
    above: first * rowPx,
    below: (rows - Math.max(end, first + 1)) * rowPx,
    page,
    rowPx,
  };
}

export function useWindow(box: RefObject<HTMLElement | null>, rows: number): Span {
  const [span, setSpan] = useState<Span>(() => spanOf(rows, usualRowPx, 0, innerHeight));
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const body = box.current?.querySelector("tbody");
      const row = body?.querySelector("tr[data-row]");
      if (!body || !row) return;
      // From one to the next: cards have room between them.
      const { top, height } = row.getBoundingClientRect();
      const rowPx =
        (row.nextElementSibling?.matches("tr[data-row]")
          ? row.nextElementSibling.getBoundingClientRect().top - top
          : height) || usualRowPx;
      const next = spanOf(rows, rowPx, body.getBoundingClientRect().top, innerHeight);
      setSpan((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next));
    };
    const soon = () => (frame ||= requestAnimationFrame(look));
    soon();
    if (rows <= windowedBeyond) return () => cancelAnimationFrame(frame);
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, [box, rows]);
  // Rows may have come or gone since the last look.
  return span.windowed === rows > windowedBeyond && span.end <= rows && (span.windowed || span.end === rows)
    ? span
    : spanOf(rows, span.rowPx, 0, innerHeight);
}
