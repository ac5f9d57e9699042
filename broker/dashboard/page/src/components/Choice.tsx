// One of a few, or some of a few, as buttons beside each other.
//
//   <Choice name="State" value={state} options={[{ value: "running", count: 3 }]} set={…} />
//   <Choices name="Kinds" values={groups} options={…} toggle={(value) => …} />

export interface Option {
  value: string;
  /** Absent: the value itself. */
  label?: string;
  count?: number | undefined;
  /** What it means. */
  about?: string;
}

function Label({ option }: { option: Option }) {
  return (
    <>
      {option.label ?? option.value}
      {option.count !== undefined && <span class="figure"> {option.count}</span>}
    </>
  );
}

export function Choice(props: { name: string; value: string; options: readonly Option[]; set: (value: string) => void }) {
  return (
    <div class="choice" role="group" aria-label={props.name}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          title={option.about}
          aria-pressed={option.value === props.value}
          onClick={() => props.set(option.value)}
        >
          <Label option={option} />
        </button>
      ))}
    </div>
  );
}

export function Choices(props: {
  name: string;
  values: ReadonlySet<string>;
  options: readonly Option[];
  toggle: (value: string) => void;
}) {
  return (
    <div class="choice many" role="group" aria-label={props.name}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          title={option.about}
          aria-pressed={props.values.has(option.value)}
          onClick={() => props.toggle(option.value)}
        >
          <Label option={option} />
        </button>
      ))}
    </div>
  );
}
