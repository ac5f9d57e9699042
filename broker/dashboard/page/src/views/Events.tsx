// What happens in the node, as it happens.

import { useMemo, useRef, useState } from "preact/hooks";
import { useApp, useEvents, useKeys, useTitle } from "../app";
import { Choice, Choices } from "../components/Choice";
import { Filter } from "../components/Filter";
import { Split } from "../components/Split";
import { EventDetail } from "./EventDetail";
import { EventList } from "./EventList";
import { allKinds, eventGroups, type EventGroup } from "./event_kinds";
import { EventTail, readEventFilter, writeGroups } from "./event_tail";

const severities = [
  { value: "info", label: "All" },
  { value: "notice", label: "Notices", about: "Notices and problems" },
  { value: "problem", label: "Problems" },
];
const groups = eventGroups.map((group) => ({ value: group, about: group === "output" ? "What terminals print" : `Events of ${group}` }));
const kindsButOutput = allKinds.filter((kind) => kind !== "worker_stream");

export function EventsView({ subject }: { subject: string }) {
  const { router } = useApp();
  const { params } = router.route.value;
  const filter = useMemo(() => readEventFilter(params), [params.kinds, params.severity, params.filter]);
  const withOutput = filter.groups.has("output");
  const field = useRef<HTMLInputElement>(null);
  useTitle("Events");

  // Another question begins another tail, so that no event is in it twice.
  const tail = useMemo(() => new EventTail(filter), [withOutput]);
  const chosen = useRef(filter);
  if (chosen.current !== filter) tail.choose((chosen.current = filter));
  const [, draw] = useState(0);
  useEvents({ since: 0, ...(withOutput ? {} : { kinds: kindsButOutput }) }, (events) => {
    tail.add(events);
    draw((n) => n + 1);
  });

  const toggle = (word: string) => {
    const next = new Set(filter.groups);
    if (!next.delete(word as EventGroup)) next.add(word as EventGroup);
    router.set("kinds", writeGroups(next));
  };
  useKeys({
    "/": () => field.current?.focus(),
    Escape: () => (subject === "" && params.filter ? router.set("filter", "") : false),
  });

  const seq = /^\d+$/.test(subject) ? Number(subject) : 0;
  return (
    <Split
      title={`Event ${subject}`}
      close={() => router.go("events", "", params)}
      detail={subject === "" ? null : <EventDetail row={tail.find(seq)} />}
    >
      <div class="heading">
        <h1>Events</h1>
        <Choice name="Severity" value={filter.severity} options={severities} set={(word) => router.set("severity", word === "info" ? "" : word)} />
      </div>
      <div class="filters">
        <Filter field={field} name="events" value={params.filter ?? ""} set={(text) => router.set("filter", text)} />
        <Choices name="Kinds" values={filter.groups} options={groups} toggle={toggle} />
        <span class="quiet" role="status">
          {tail.shown.length} of {tail.kept}
        </span>
      </div>
      <EventList
        key={JSON.stringify([params.kinds, params.severity, params.filter])} // another choice follows the newest again
        rows={tail.shown}
        open={seq}
        empty={tail.kept > 0 ? "No event passes these filters." : "No event has come yet."}
      />
    </Split>
  );
}
