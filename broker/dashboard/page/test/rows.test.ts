import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, clickedSort, matching, nextSort, type Column } from "../src/rows";

interface Row {
  name: string;
  calls: number | null;
  bad: number;
}

const columns: Column<Row>[] = [
  { id: "name", head: "Name", cell: (row) => row.name, by: (row) => row.name },
  { id: "note", head: "Note", cell: () => "" },
  { id: "calls", head: "Calls", cell: (row) => row.calls, by: (row) => row.calls, number: true },
];
const rows: Row[] = [
  { name: "w.10", calls: 5, bad: 0 },
  { name: "w.9", calls: null, bad: 2 },
  { name: "w.1", calls: 7, bad: 0 },
];
const names = (sort: string) => chosen(rows, columns, sort, (row) => row.bad).map((row) => row.name);

test("problems are first while no column is chosen, and the others stay as they are", () => {
  assert.deepEqual(names(""), ["w.9", "w.10", "w.1"]);
  assert.deepEqual(names("nobody"), ["w.9", "w.10", "w.1"]);
});

test("text is sorted with its numbers, and what is unknown is last in either order", () => {
  assert.deepEqual(names("name"), ["w.1", "w.9", "w.10"]);
  assert.deepEqual(names("calls"), ["w.10", "w.1", "w.9"]);
  assert.deepEqual(names("-calls"), ["w.1", "w.10", "w.9"]);
});

test("the filter does not care about case", () => {
  assert.deepEqual(
    matching(rows, "W.1", (row) => row.name).map((row) => row.name),
    ["w.10", "w.1"],
  );
});

test("a head that is clicked sorts naturally, then the other way, then as the view does", () => {
  const calls = columns[2]!;
  assert.deepEqual(
    ["", "-calls", "calls"].map((sort) => clickedSort(calls, sort)),
    ["-calls", "calls", ""],
  );
});

test("the keys go over the columns that sort", () => {
  assert.equal(nextSort(columns, "", 1), "name");
  assert.equal(nextSort(columns, "name", 1), "-calls");
  assert.equal(nextSort(columns, "-calls", 1), "-calls");
  assert.equal(nextSort(columns, "name", -1), "");
});
