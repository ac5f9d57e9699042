// Time that passes while one looks.
//
//   <Since time="2026-11-26T16:12:04.123Z" />    "3m 09s", from then to now
//   <Since time={…} ago />                       "3m 09s ago"

import { useApp } from "../app";
import { duration, fullTime } from "../formats";

export function Since({ time, ago }: { time: string | number | null | undefined; ago?: boolean }) {
  const { clock } = useApp();
  if (time == null) return <>–</>;
  const at = typeof time === "number" ? time : Date.parse(time);
  const age = Math.max(0, clock.value - at);
  const text = age < 1000 ? "0 s" : duration(age < 60_000 ? Math.floor(age / 1000) * 1000 : age);
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {age < 10_000 ? `${Math.floor(age / 1000)} s` : text}
      {ago ? " ago" : ""}
    </time>
  );
}
