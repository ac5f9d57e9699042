// The rows of a table that are in the window, and above and below them room for the others.

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

export function Body<Row>(props: BodyProps<Row>) {
  const { wire } = useApp();
  const { shown, span, selection, columns } = props;
  const opening = props.open || props.act;
  const actions = props.actions && !wire.readOnly.value ? props.actions : null;
  const width = columns.length + (actions ? 1 : 0);
  return (
    <tbody role="rowgroup">
      <Room height={span.above} columns={width} />
      {shown.slice(span.first, span.end).map((row, i) => {
        const id = props.id(row);
        const index = span.first + i;
        const selected = selection.id === id;
        return (
          <tr
            key={id}
            role="row"
            data-row={index}
            tabIndex={selected || (selection.id === null && index === 0) ? 0 : -1}
            aria-rowindex={index + 2}
            class={`${opening ? "opens" : ""} ${selected ? "selected" : ""} ${props.tone?.(row) ?? ""}`}
            onFocus={() => selection.choose(id)}
            onClick={(event) => opening && opens(event) && props.enter(row)}
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
            {actions && (
              <td role="cell" class="actions">
                {actions(row).map((order) => (
                  <OrderButton key={order.verb} order={order} small />
                ))}
              </td>
            )}
          </tr>
        );
      })}
      <Room height={span.below} columns={width} />
    </tbody>
  );
}
