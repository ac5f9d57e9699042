// The head of a table: each column that can sort is a button, and says how it does.

import { clickedSort, type Column } from "../rows";

export function Head<Row>(props: {
  columns: readonly Column<Row>[];
  sort: string;
  setSort: (sort: string) => void;
  actions: boolean;
}) {
  const direction = (id: string) => (props.sort === id ? "ascending" : props.sort === `-${id}` ? "descending" : "none");
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        {props.columns.map((column) => (
          <th
            key={column.id}
            role="columnheader"
            scope="col"
            title={column.about}
            class={`${column.number ? "number" : ""} ${column.grows ? "grows" : ""}`}
            aria-sort={column.by ? direction(column.id) : undefined}
          >
            {column.by ? (
              <button type="button" onClick={() => props.setSort(clickedSort(column, props.sort))}>
                {column.head}
              </button>
            ) : (
              column.head
            )}
          </th>
        ))}
        {props.actions && (
          <th role="columnheader" scope="col">
            <span class="unseen">Orders</span>
          </th>
        )}
      </tr>
    </thead>
  );
}
