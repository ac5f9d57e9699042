// The events as a list that follows its end, or holds still while somebody reads.

import { useRef } from "preact/hooks";
import { useApp, useKeys } from "../app";
import { useTail } from "../components/useTail";
import { clockOf, lastIndex, type EventRow } from "./event_tail";

interface EventListProps {
  rows: readonly EventRow[];
  /** The number of the event that is open; 0 for none. */
  open: number;
  empty: string;
}

/** So many rows stay in sight when a page is turned. */
const overlap = 2;

/** Returns how many rows have come since the list holds still. */
function useNews(rows: readonly EventRow[], follows: boolean): number {
  const seen = useRef(-1);
  if (follows) seen.current = rows.at(-1)?.key ?? -1;
  return follows ? 0 : rows.filter((row) => row.key > seen.current).length;
}

const words = { problem: "problem", notice: "notice", info: "" } as const;

export function EventList({ rows, open, empty }: EventListProps) {
  const { router } = useApp();
  const params = router.route.value.params;
  const tail = useTail(rows.map((row) => row.key));
  const news = useNews(rows, tail.follows);
  const openAt = open === 0 ? -1 : lastIndex(rows, open);

  const choose = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    tail.hold();
    tail.show(rows.indexOf(row));
    router.replace("events", String(row.event.seq), params);
  };
  const page = Math.max(1, tail.page - overlap);
  const from = openAt < 0 ? rows.length : openAt;
  useKeys({
    ArrowUp: () => choose(from - 1),
    ArrowDown: () => choose(from + 1),
    PageUp: () => choose(from - page),
    PageDown: () => choose(from + page),
    Home: () => choose(0),
    End: () => tail.follow(),
    f: () => tail.follow(),
  });

  return (
    <div class="tail">
      <div
        class="rows"
        role="listbox"
        aria-label="Events, the newest last"
        tabIndex={0}
        ref={tail.box}
        onScroll={tail.onScroll}
        aria-activedescendant={openAt >= tail.first && openAt < tail.end ? `event-${rows[openAt]?.key ?? ""}` : undefined}
      >
        <div aria-hidden="true" style={{ height: `${tail.above}px` }} />
        {rows.slice(tail.first, tail.end).map((row, i) => (
          <div
            key={row.key}
            id={`event-${row.key}`}
            class={`row of-${row.severity} ${row.event.kind === "gap" ? "gap" : ""}`}
            role="option"
            aria-selected={tail.first + i === openAt}
            aria-posinset={tail.first + i + 1}
            aria-setsize={rows.length}
            onClick={() => row.event.seq > 0 && choose(tail.first + i)}
          >
            <time>{clockOf(row.event)}</time>
            <span class="severity">{words[row.severity]}</span>
            <span class="kind">{row.event.kind}</span>
            <span class="what">
              <span class="subject">{row.subject}</span>
              <span class="line">{row.line}</span>
            </span>
          </div>
        ))}
        <div aria-hidden="true" style={{ height: `${tail.below}px` }} />
      </div>
      {rows.length === 0 && <p class="empty">{empty}</p>}
      {!tail.follows && (
        <button type="button" class="follow" onClick={tail.follow}>
          {news > 0 ? `Follow (${news} new)` : "Follow the newest"} <kbd>f</kbd>
        </button>
      )}
    </div>
  );
}
