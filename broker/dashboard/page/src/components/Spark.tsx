// A small line without axes: what a figure did lately. The largest value is at the top; unknown values are gaps.
//
//   <Spark values={history.calls} about="calls of the last hour" />

const width = 120;
const height = 20;

/** The path of a line through `values`, and of the area below it; the newest value is at the right end. */
export function pathOf(
  values: readonly (number | null)[],
  places: number,
  most: number,
): { line: string; area: string } {
  const step = width / Math.max(1, places - 1);
  const from = places - values.length;
  let line = "";
  let area = "";
  let begun: string | null = null;
  const point = (i: number, v: number) =>
    `${((from + i) * step).toFixed(1)} ${(height - (most > 0 ? v / most : 0) * (height - 2) - 1).toFixed(1)}`;
  const end = (i: number) => {
    if (begun !== null) area += `L${((from + i) * step).toFixed(1)} ${height}Z`;
    begun = null;
  };
  values.forEach((value, i) => {
    if (value === null) return end(i - 1);
    const at = point(i, value);
    area += begun === null ? `M${((from + i) * step).toFixed(1)} ${height}L${at}` : `L${at}`;
    line += begun === null ? `M${at}h0.1` : `L${at}`;
    begun ??= at;
  });
  end(values.length - 1);
  return { line, area };
}

export function Spark(props: {
  values: readonly (number | null)[];
  errors?: readonly (number | null)[];
  places: number;
  about: string;
}) {
  const most = Math.max(0, ...props.values.map((value) => value ?? 0));
  const { line, area } = pathOf(props.values, props.places, most);
  const errors = props.errors?.some((n) => n)
    ? pathOf(
        props.errors.map((n) => n || null),
        props.places,
        most,
      ).line
    : "";
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.about}
    >
      <title>{props.about}</title>
      <path class="area" d={area} />
      <path d={line} />
      {errors && <path class="errors" d={errors} />}
    </svg>
  );
}
