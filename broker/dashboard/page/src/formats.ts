// Numbers as text, short enough for a column. An unknown figure (null, undefined) is "–".

export const unknown = "–";

type Figure = number | null | undefined;

/** 1234567 → "1,234,567" */
export function count(n: Figure): string {
  return n == null ? unknown : Math.round(n).toLocaleString("en-US");
}

/** Milliseconds as the two largest units: 83_000 → "1m 23s"; under a second "340 ms" */
export function duration(ms: Figure): string {
  if (ms == null) return unknown;
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const s = Math.floor(ms / 1000);
  if (s < 60) return `${s} s`;
  const two = (n: number) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}m ${two(s % 60)}s`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h ${two(Math.floor((s % 3600) / 60))}m`;
  return `${Math.floor(s / 86_400)}d ${two(Math.floor((s % 86_400) / 3600))}h`;
}

/** A latency: 0.42 → "0.42 ms", 1530 → "1.53 s" */
export function latency(ms: Figure): string {
  if (ms == null) return unknown;
  const digits = (n: number) =>
    n === 0 ? "0" : n < 10 ? n.toFixed(2) : n < 100 ? n.toFixed(1) : String(Math.round(n));
  if (ms < 1000) return `${digits(ms)} ms`;
  return ms < 60_000 ? `${digits(ms / 1000)} s` : duration(ms);
}

/** 13848576 → "13.2 MiB" */
export function bytes(n: Figure): string {
  if (n == null) return unknown;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; n >= 1024 && unit < units.length - 1; ++unit) n /= 1024;
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit] ?? ""}`;
}

/** Per second: 0.25 → "0.25", 12.5 → "12.5", 12345 → "12,345" */
export function rate(perSecond: Figure): string {
  if (perSecond == null) return unknown;
  if (perSecond === 0) return "0";
  if (perSecond < 1) return perSecond.toFixed(2);
  return perSecond < 100 ? perSecond.toFixed(1) : count(perSecond);
}

/** 0.5 → "50%" */
export function percent(part: Figure): string {
  return part == null || Number.isNaN(part) ? unknown : `${Math.round(part * 100)}%`;
}

/** 12:04:09 of a time in ISO 8601 or in ms, in the time zone of the browser */
export function clockTime(time: string | number): string {
  return new Date(time).toLocaleTimeString("en-GB");
}

/** The whole time, for a title */
export function fullTime(time: string | number): string {
  return new Date(time).toISOString().replace("T", " ");
}

/** 1 → "1 worker", 4 → "4 workers" */
export function plural(n: number, word: string): string {
  return `${count(n)} ${word}${n === 1 ? "" : "s"}`;
}
