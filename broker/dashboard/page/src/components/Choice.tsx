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

/** The buttons: those that `chosen` names are pressed. */
function Buttons(props: {
  name: string;
  look: string;
  options: readonly Option[];
  chosen: (value: string) => boolean;
  press: (value: string) => void;
}) {
  return (
    <div class={props.look} role="group" aria-label={props.name}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          title={option.about}
          aria-pressed={props.chosen(option.value)}
          onClick={() => props.press(option.value)}
        >
          {option.label ?? option.value}
          {option.count !== undefined && <span class="figure"> {option.count}</span>}
        </button>
      ))}
    </div>
  );
}

export function Choice(props: { name: string; value: string; options: readonly Option[]; set: (value: string) => void }) {
  return (
    <Buttons
      name={props.name}
      look="choice"
      options={props.options}
      chosen={(value) => value === props.value}
      press={props.set}
    />
  );
}

export function Choices(props: {
  name: string;
  values: ReadonlySet<string>;
  options: readonly Option[];
  toggle: (value: string) => void;
}) {
  return (
    <Buttons
      name={props.name}
      look="choice many"
      options={props.options}
      chosen={(value) => props.values.has(value)}
      press={props.toggle}
    />
  );
}
