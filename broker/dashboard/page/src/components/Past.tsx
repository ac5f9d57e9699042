// The plots of a pool: the last 15 minutes by seconds, or 24 hours by minutes.

import { useMemo } from "preact/hooks";
import { useApp } from "../app";
import type { PoolHistory } from "../answers";
import { bytes, count, latency, rate } from "../formats";
import { marksOf, times, type ColumnName } from "../series";
import { usePast } from "../usePast";
import { Choice } from "./Choice";
import { markTones } from "./marks";
import { Plot, type Line } from "./Plot";

interface Figure {
  title: string;
  format: (value: number | null) => string;
  binary?: boolean;
  whole?: boolean;
  lines: readonly { name: string; column: ColumnName; tone: Line["tone"]; sparse?: boolean }[];
}

const cpu = (value: number | null) => (value === null ? "–" : `${value.toFixed(value < 10 ? 1 : 0)}%`);

const figures: readonly Figure[] = [
  {
    title: "Calls",
    format: rate,
    lines: [
      { name: "calls/s", column: "calls", tone: "accent" },
      { name: "errors/s", column: "errors", tone: "bad" },
    ],
  },
  {
    title: "Latency",
    format: latency,
    lines: [
      { name: "p50", column: "p50_ms", tone: "accent" },
      { name: "p99", column: "p99_ms", tone: "warn" },
    ],
  },
  {
    title: "Load",
    format: count,
    whole: true,
    lines: [
      { name: "running", column: "running", tone: "accent" },
      { name: "waiting", column: "waiting", tone: "warn" },
      { name: "workers", column: "workers", tone: "quiet" },
    ],
  },
  {
    title: "Memory",
    format: bytes,
    binary: true,
    lines: [{ name: "all workers", column: "memory", tone: "accent", sparse: true }],
  },
  { title: "CPU", format: cpu, lines: [{ name: "percent of one core", column: "cpu", tone: "accent", sparse: true }] },
];

const spans = [
  { value: "", label: "15 minutes" },
  { value: "24h", label: "24 hours" },
];

const perStep: readonly ColumnName[] = ["calls", "errors"];

/** The values of a column; sums of a step become figures per second. */
function values(past: PoolHistory, column: ColumnName): (number | null)[] {
  return perStep.includes(column) && past.step_s > 1 ? past[column].map((n) => n && n / past.step_s) : past[column];
}

function Plots({ name, step }: { name: string; step: "1s" | "1m" }) {
  const past = usePast(name, step);
  if (!past || past.calls.length < 2)
    return <p class="empty">{past ? "Nothing is known yet: the first steps are not over." : "…"}</p>;
  return <Drawn past={past} />;
}

function Drawn({ past }: { past: PoolHistory }) {
  const shown = useMemo(
    () => ({
      times: times(past),
      marks: marksOf(past),
      lines: figures.map(({ lines }) =>
        lines.map(({ column, ...line }): Line => ({ ...line, values: values(past, column) })),
      ),
    }),
    [past],
  );
  const kinds = [...new Set(shown.marks.map((mark) => mark.kind))];
  return (
    <>
      <div class="plots">
        {figures.map(({ title, format, binary = false, whole = false }, i) => (
          <Plot
            key={title}
            title={title}
            format={format}
            binary={binary}
            whole={whole}
            times={shown.times}
            marks={shown.marks}
            lines={shown.lines[i] ?? []}
          />
        ))}
      </div>
      {kinds.length > 0 && (
        <p class="legend">
          {kinds.map((kind) => (
            <span key={kind}>
              <i style={{ background: `var(--${markTones[kind].tone})` }} />
              {markTones[kind].word}
            </span>
          ))}
        </p>
      )}
    </>
  );
}

export function Past({ name }: { name: string }) {
  const { router } = useApp();
  const step = router.route.value.params.past === "24h" ? "1m" : "1s";
  return (
    <section class="section" aria-label="History">
      <div class="heading">
        <h2>History</h2>
        <Choice
          name="How far back"
          value={step === "1m" ? "24h" : ""}
          options={spans}
          set={(span) => router.set("past", span)}
        />
      </div>
      <Plots key={`${name} ${step}`} name={name} step={step} />
    </section>
  );
}
