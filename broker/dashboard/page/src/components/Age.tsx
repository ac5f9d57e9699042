// Time that passes while one looks.
//
//   <Since time="2026-11-26T16:12:04.123Z" />    "3m 09s", from then to now
//   <Since time={…} ago />                       "3m 09s ago"

import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { useApp } from "../app";
import { duration, fullTime } from "../formats";

/** An age in whole seconds: it is drawn again only if the text changes. */
function ageText(ms: number): string {
  return ms < 10_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : duration(ms);
}

export function Since({ time, ago }: { time: string | number | null | undefined; ago?: boolean }) {
  const { clock } = useApp();
  const at = time == null ? null : typeof time === "number" ? time : Date.parse(time);
  const text = useMemo(() => computed(() => (at === null ? "–" : ageText(clock.value - at))), [clock, at]);
  if (at === null) return <>–</>;
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {text}
      {ago ? " ago" : ""}
    </time>
  );
}
