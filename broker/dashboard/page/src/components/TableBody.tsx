// The rows of a table that are in the window, and above and below them room for the others.

import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { useApp } from "../app";
import { OrderButton } from "./OrderButton";
import type { TableProps } from "./Table";
import type { Selection } from "./useSelection";
import type { Span } from "./useWindow";

interface BodyProps<Row> extends TableProps<Row> {
  shown: readonly Row[];
  span: Span;
  selection: Selection;
  enter: (row: Row) => void;
}

/** A click on a row opens it, but not one on a link or a button, nor one that selects text. */
function opens(event: MouseEvent): boolean {
  return !(event.target as Element).closest("a, button, input") && !getSelection()?.toString();
}

function Room({ height, columns }: { height: number; columns: number }) {
  return height > 0 ? (
    <tr class="room" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  ) : null;
}

/** What a drawn row depends on: while it is the same, the row is not drawn again. */
type Drawn = { vnode: VNode; from: readonly unknown[] };

export function Body<Row>(props: BodyProps<Row>) {
  const { wire } = useApp();
  const latest = useRef(props);
  latest.current = props;
  const before = useRef(new Map<string, Drawn>());
  const { shown, span, selection, columns } = props;
  const withActions = props.actions !== undefined && !wire.readOnly.value;

  const draw = (row: Row, id: string, index: number, selected: boolean, reachable: boolean, tone: string) => (
    <tr
      key={id}
      role="row"
      data-row={index}
      tabIndex={reachable ? 0 : -1}
      aria-rowindex={index + 2}
      class={`${props.open || props.act ? "opens" : ""} ${selected ? "selected" : ""} ${tone}`}
      onFocus={() => latest.current.selection.choose(id)}
      onClick={(event) => (latest.current.open || latest.current.act) && opens(event) && latest.current.enter(row)}
    >
      {columns.map((column) => (
        <td
          key={column.id}
          role="cell"
          data-head={column.head}
          class={`${column.number ? "number" : ""} ${column.grows ? "grows" : ""} card-${column.card ?? "fact"}`}
        >
          {column.cell(row)}
        </td>
      ))}
      {withActions && (
        <td role="cell" class="actions">
          {props.actions?.(row).map((order) => (
            <OrderButton key={order.verb} order={order} small />
          ))}
        </td>
      )}
    </tr>
  );

  const drawn = new Map<string, Drawn>();
  const rows = shown.slice(span.first, span.end).map((row, i) => {
    const id = props.id(row);
    const index = span.first + i;
    const selected = selection.id === id;
    const reachable = selected || (selection.id === null && index === 0);
    const tone = props.tone?.(row) ?? "";
    const from = [row, index, selected, reachable, tone, columns, withActions];
    const old = before.current.get(id);
    const same = old !== undefined && from.every((value, k) => value === old.from[k]);
    const now = same ? old : { vnode: draw(row, id, index, selected, reachable, tone), from };
    drawn.set(id, now);
    return now.vnode;
  });
  before.current = drawn;

  const width = columns.length + (withActions ? 1 : 0);
  return (
    <tbody role="rowgroup">
      <Room height={span.above} columns={width} />
      {rows}
      <Room height={span.below} columns={width} />
    </tbody>
  );
}
