// The events that the page keeps, and those of them that are shown: pure.

import type { Event } from "../answers";
import type { Params } from "../route";
import { eventGroups, groupOfKind, lineOf, severityOf, subjectOf, type EventGroup, type Severity } from "./event_kinds";

/** How many events the page keeps: what a node keeps, and a bit. The oldest go first. */
export const keptEvents = 5_000;

/** How many characters of them: an event may be long. The newest is kept in any case. */
export const keptCharacters = 16 << 20;

/** An event with what is shown of it, found out once. */
export interface EventRow {
  /** Grows by one with each row; `seq` begins anew with a node that starts again. */
  key: number;
  event: Event;
  group: EventGroup;
  severity: Severity;
  subject: string;
  line: string;
  /** About how many characters it has. */
  size: number;
}

export interface EventFilter {
  groups: ReadonlySet<EventGroup>;
  severity: Severity;
  /** In lower case; of the subject, the kind or the line. */
  text: string;
}

const severities: readonly Severity[] = ["info", "notice", "problem"];

/** Without a choice in the address, all groups but what terminals print. */
export const usualGroups: readonly EventGroup[] = eventGroups.filter((group) => group !== "output");

export function readEventFilter(params: Params): EventFilter {
  const named = params.kinds === undefined ? null : params.kinds.split(",");
  const groups = named ? eventGroups.filter((group) => named.includes(group)) : usualGroups;
  const severity = severities.find((known) => known === params.severity) ?? "info";
  return { groups: new Set(groups), severity, text: (params.filter ?? "").trim().toLowerCase() };
}

/** Returns the groups as the address has them; empty for the usual ones. */
export function writeGroups(groups: ReadonlySet<EventGroup>): string {
  const chosen = eventGroups.filter((group) => groups.has(group));
  const usual = chosen.length === usualGroups.length && chosen.every((group) => usualGroups.includes(group));
  return usual ? "" : chosen.join(",") || "none";
}

export function passes(row: EventRow, filter: EventFilter): boolean {
  if (row.event.kind === "gap") return true; // whatever is missing might have passed
  return (
    filter.groups.has(row.group) &&
    severities.indexOf(row.severity) >= severities.indexOf(filter.severity) &&
    (filter.text === "" ||
      row.subject.toLowerCase().includes(filter.text) ||
      row.event.kind.includes(filter.text) ||
      row.line.toLowerCase().includes(filter.text))
  );
}

/** Returns about how long an event is, without a look at those whose length has a limit anyway. */
function sizeOf(event: Event): number {
  const long = event.payload ?? event.chunk ?? event.chunk_base64;
  return 300 + (typeof long === "string" ? long.length : long == null ? 0 : JSON.stringify(long).length);
}

/** Returns where the latest event of this number is; -1 for nowhere. */
export function lastIndex(rows: readonly EventRow[], seq: number): number {
  let at = rows.length - 1;
  while (at >= 0 && rows[at]?.event.seq !== seq) --at;
  return at;
}

/** Stands between the events of a node and those of the same node when it was started again. */
const begunAnew: Event = { seq: 0, kind: "gap", anew: true };

/** Keeps the last events, and those that pass the filter apart, so that a new event costs no look at the old ones. */
export class EventTail {
  private next = 0;
  private all: EventRow[] = [];
  private chosen: EventRow[] = [];
  private size = 0;
  private filter: EventFilter;

  constructor(
    filter: EventFilter,
    private readonly most = keptEvents,
    private readonly mostCharacters = keptCharacters,
  ) {
    this.filter = filter;
  }

  /** The rows that pass, the oldest first. */
  get shown(): readonly EventRow[] {
    return this.chosen;
  }

  get kept(): number {
    return this.all.length;
  }

  /** The `seq` of the last event; 0 for none. */
  get last(): number {
    return this.all.at(-1)?.event.seq ?? 0;
  }

  add(events: readonly Event[]): void {
    const first = events[0];
    const anew = first !== undefined && first.kind !== "gap" && first.seq <= this.last;
    const rows = (anew ? [begunAnew, ...events] : events).map((event) => ({
      key: this.next++,
      event,
      group: groupOfKind(event.kind),
      severity: severityOf(event),
      subject: subjectOf(event),
      line: lineOf(event),
      size: sizeOf(event),
    }));
    const all = [...this.all, ...rows];
    this.size = rows.reduce((sum, row) => sum + row.size, this.size);
    let gone = 0;
    for (; all.length - gone > this.most || (this.size > this.mostCharacters && gone < all.length - 1); ++gone)
      this.size -= all[gone]?.size ?? 0;
    this.all = all.slice(gone);
    const oldest = this.all[0]?.key ?? 0;
    const chosen = [...this.chosen, ...rows.filter((row) => passes(row, this.filter))];
    const begin = chosen.findIndex((row) => row.key >= oldest);
    this.chosen = begin < 0 ? [] : chosen.slice(begin);
  }

  choose(filter: EventFilter): void {
    this.filter = filter;
    this.chosen = this.all.filter((row) => passes(row, filter));
  }

  /** Returns the latest event of this number. */
  find(seq: number): EventRow | null {
    return this.all[lastIndex(this.all, seq)] ?? null;
  }
}

/** Returns the time of the day of an event, to the millisecond and in the zone of the reader. */
export function clockOf(event: Event): string {
  if (event.time === undefined) return "";
  const time = new Date(event.time);
  if (Number.isNaN(time.getTime())) return "";
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}
