// The table of every view: sorted, filtered, usable by keys, windowed when long, cards on a phone.
//
//   <Table
//     name="Pools"                        what a screen reader calls it
//     rows={pools} id={(pool) => pool.name}
//     columns={columns}                   Column<Pool>[], made once outside of the component if possible
//     empty="No pools are configured."    instead of no rows
//     text={(pool) => pool.name}          what the filter looks for (case does not matter); absent: no filter
//     open={(pool) => href("pool", pool.name)}   where Enter and a click lead; or `act={(pool) => …}`
//     actions={(pool) => [restartPool(pool)]}    orders, as buttons at the end of the row
//     keys={{ R: restartPool }}           an order on the selected row by a key
//     leads={{ l: (pool) => href("log", pool.name) }}   where a key leads from the selected row
//     problem={(pool) => 2}               problems first while no column is chosen: the larger, the earlier
//     param="workers"                     if there are several tables: prefix of their parameters in the address
//   />
//
// The filter and the column that sorts are in the address (`filter`, `sort`).

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app";
import { leadKeys, type Leads } from "../leads";
import type { Order } from "../orders";
import { plural } from "../formats";
import { chosen, matching, type Column } from "../rows";
import { SortChoice } from "./SortChoice";
import { selectionKeys, sortKeys, useTableKeys } from "./tableKeys";
import { useWindow } from "./useWindow";
import { useSelection } from "./useSelection";
import { Head } from "./TableHead";
import { Filter } from "./Filter";
import { Body } from "./TableBody";

export type { Column } from "../rows";

export interface TableProps<Row> {
  name: string;
  rows: readonly Row[] | null;
  id: (row: Row) => string;
  columns: readonly Column<Row>[];
  empty: ComponentChildren;
  text?: (row: Row) => string;
  open?: (row: Row) => string;
  act?: (row: Row) => void;
  actions?: (row: Row) => readonly Order[];
  keys?: Readonly<Record<string, (row: Row) => Order | null>>;
  leads?: Leads<Row>;
  problem?: (row: Row) => number;
  /** A class of a row: "bad", "quiet". */
  tone?: (row: Row) => string;
  param?: string;
  /** "4 workers"; by default "4 rows". */
  unit?: (n: number) => string;
  /** Between the filter and the table, as more filters. */
  children?: ComponentChildren;
}

export function Table<Row>(props: TableProps<Row>) {
  const { router, orders, wire } = useApp();
  const param = (word: string) => (props.param ? `${props.param}.${word}` : word);
  const params = router.route.value.params;
  const filter = params[param("filter")] ?? "";
  const sort = params[param("sort")] ?? "";
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);

  const shown = chosen(matching(props.rows ?? [], filter, props.text), props.columns, sort, props.problem);
  const span = useWindow(box, shown.length);
  const selection = useSelection(box, shown.map(props.id), span);

  const setSort = (next: string) => router.set(param("sort"), next);
  const enter = (row: Row) => (props.open ? router.open(props.open(row)) : props.act?.(row));
  const selected = () => shown[selection.index];
  const enterSelected = () => {
    const row = selected();
    if (!row) return false;
    enter(row);
  };
  const giveOrder = (key: string) => {
    const row = selected();
    const order = row && !wire.readOnly.value ? props.keys?.[key]?.(row) : null;
    if (!order) return false;
    orders.give(order);
  };
  useTableKeys(box, {
    ...selectionKeys(selection, span.page),
    ...sortKeys(props.columns, sort, setSort),
    "/": () => (props.text ? field.current?.focus() : false),
    Enter: (event) => ((event.target as Element).closest("a, button") ? false : enterSelected()),
    i: () => enterSelected(),
    Escape: () => (filter ? router.set(param("filter"), "") : false),
    ...Object.fromEntries(Object.keys(props.keys ?? {}).map((key) => [key, () => giveOrder(key)])),
    ...leadKeys(props.leads ?? {}, selected, router),
  });

  // A row that was selected is gone: the keys go on at its place.
  useEffect(() => selection.settle());

  const total = props.rows?.length ?? 0;
  return (
    <div class="listing" ref={box}>
      {(props.text || props.children) && (
        <div class="filters">
          {props.text && (
            <Filter field={field} name={props.name} value={filter} set={(text) => router.set(param("filter"), text)} />
          )}
          {props.children}
          <SortChoice columns={props.columns} sort={sort} set={setSort} />
          <span class="quiet" aria-live={filter ? "polite" : "off"}>
            {props.rows === null
              ? ""
              : filter
                ? `${shown.length} of ${total}`
                : (props.unit?.(total) ?? plural(total, "row"))}
          </span>
        </div>
      )}
      {props.rows === null ? (
        <p class="empty" aria-busy="true">
          …
        </p>
      ) : shown.length === 0 ? (
        <p class="empty">{filter ? `Nothing matches “${filter}”.` : props.empty}</p>
      ) : (
        <table
          class={`cards ${span.windowed ? "windowed" : ""}`}
          role="table"
          aria-label={props.name}
          aria-rowcount={shown.length + 1}
        >
          <Head
            columns={props.columns}
            sort={sort}
            setSort={setSort}
            actions={!!props.actions && !wire.readOnly.value}
          />
          <Body {...props} shown={shown} span={span} selection={selection} enter={enter} />
        </table>
      )}
    </div>
  );
}
