// Lines over time, with marks where workers were replaced or ended. The figures beside the title are those under the
// pointer, else the last ones.
//
//   <Plot title="Calls" times={times} marks={marks} lines={[{ name: "calls/s", values, tone: "accent" }]} format={rate} />

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useApp } from "../app";
import { clockTime } from "../formats";
import { lastKnown, type Mark } from "../series";
import { drawMarks } from "./marks";

export interface Line {
  name: string;
  values: readonly (number | null)[];
  /** The name of a colour of style/base.css. */
  tone: "accent" | "bad" | "warn" | "busy" | "quiet";
  /** It is read now and then only: the line goes over steps in between. */
  sparse?: boolean;
}

export interface PlotProps {
  title: string;
  times: readonly number[];
  lines: readonly Line[];
  marks: readonly Mark[];
  format: (value: number | null) => string;
  /** The figures are bytes: lines at multiples of 1024. */
  binary?: boolean;
  /** The figures are numbers of things: no lines in between. */
  whole?: boolean;
}

const heightPx = 140;
/** Steps between the lines of an axis of bytes. */
const powersOfTwo = Array.from({ length: 40 }, (_, i) => 2 ** i);
/** Steps between the lines of the axis of time, in seconds: each label is another one. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200];
/** Steps between the lines of an axis of whole numbers: 1, 2, 5, 10, … */
const wholeSteps = Array.from({ length: 10 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

export function colour(tone: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${tone}`).trim();
}

function options(
  props: PlotProps,
  width: number,
  marks: () => readonly Mark[],
  known: () => boolean,
  hover: (index: number | null) => void,
): uPlot.Options {
  const axis = {
    stroke: colour("quiet"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  return {
    width,
    height: heightPx,
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, sync: { key: "past" }, points: { size: 6 } },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] } },
    series: [
      {},
      ...props.lines.map((line) => ({
        label: line.name,
        stroke: colour(line.tone),
        width: 1.5,
        spanGaps: line.sparse ?? false,
        points: { show: false },
      })),
    ],
    axes: [
      {
        ...axis,
        size: 26,
        incrs: timeSteps,
        space: 72, // a time with its seconds, and a gap
        values: [
          [3600, "{HH}:{mm}", null, null, null, null, null, null, 1],
          [60, "{HH}:{mm}", null, null, null, null, null, null, 1],
          [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
        ],
      },
      {
        ...axis,
        size: 62,
        ...(props.binary ? { incrs: powersOfTwo } : props.whole ? { incrs: wholeSteps } : {}),
        values: (_, values) => values.map((value) => (known() ? props.format(value) : "")),
      },
    ],
    hooks: {
      draw: [(plot) => drawMarks(plot, marks(), colour)],
      setCursor: [(plot) => hover(plot.cursor.idx ?? null)],
    },
  };
}

export function Plot(props: PlotProps) {
  const { theme } = useApp();
  const scheme = theme.scheme.value;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [hovered, setHovered] = useState<number | null>(null);
  const names = props.lines.map((line) => line.name).join();

  const data = useMemo(
    () => [props.times, ...props.lines.map((line) => line.values)] as unknown as uPlot.AlignedData,
    [props.times, ...props.lines.map((line) => line.values)],
  );

  useEffect(() => {
    const home = box.current;
    if (!home) return;
    const made = new uPlot(
      options(
        latest.current,
        home.clientWidth,
        () => latest.current.marks,
        () => latest.current.lines.some((line) => lastKnown(line.values) !== null),
        setHovered,
      ),
      data,
      home,
    );
    plot.current = made;
    const sizes = new ResizeObserver(() => made.setSize({ width: home.clientWidth, height: heightPx }));
    sizes.observe(home);
    return () => {
      sizes.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, names]);

  useEffect(() => plot.current?.setData(data), [data]);

  const shown = hovered !== null && hovered < props.times.length ? hovered : props.times.length - 1;
  const figure = (line: Line) => {
    if (hovered === null) return lastKnown(line.values);
    return line.values[shown] ?? (line.sparse ? lastKnown(line.values.slice(0, shown)) : null);
  };
  return (
    <figure class="plot">
      <figcaption>
        <b>
          {props.title} {hovered !== null && <span class="quiet">{clockTime((props.times[shown] ?? 0) * 1000)}</span>}
        </b>
        <span class="legend">
          {props.lines.map((line) => (
            <span key={line.name}>
              <i style={{ background: `var(--${line.tone})` }} />
              {line.name} <b>{props.format(figure(line))}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <div
        ref={box}
        role="img"
        aria-label={`${props.title}: ${props.lines.map((line) => `${line.name} ${props.format(figure(line))}`).join(", ")}`}
      />
    </figure>
  );
}
