// Columns that several tables have.

import { href } from "../route";
import type { Column } from "../rows";
import { Badge } from "./Badge";

/** The name, which leads to the view of the thing. */
export function linkColumn<Row>(view: string, head: string, name: (row: Row) => string): Column<Row> {
  return {
    id: view,
    head,
    by: name,
    card: "title",
    cell: (row) => (
      <a href={href(view, name(row))} title={name(row)}>
        {name(row)}
      </a>
    ),
  };
}

export function stateColumn<Row>(state: (row: Row) => string): Column<Row> {
  return { id: "state", head: "State", by: state, card: "state", cell: (row) => <Badge state={state(row)} /> };
}
