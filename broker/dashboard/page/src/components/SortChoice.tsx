// What the cards of a narrow screen are sorted by: they have no heads to click.

import type { Column } from "../rows";

export function SortChoice<Row>(props: { columns: readonly Column<Row>[]; sort: string; set: (sort: string) => void }) {
  const sortable = props.columns.filter((column) => column.by);
  if (sortable.length === 0) return null;
  return (
    <select class="sort" aria-label="Sort by" value={props.sort} onChange={(event) => props.set(event.currentTarget.value)}>
      <option value="">Sort</option>
      {sortable.flatMap(({ id, head, number }) =>
        (number ? [`-${id}`, id] : [id, `-${id}`]).map((sort) => (
          <option key={sort} value={sort}>
            {head} {sort.startsWith("-") ? "↓" : "↑"}
          </option>
        )),
      )}
    </select>
  );
}
