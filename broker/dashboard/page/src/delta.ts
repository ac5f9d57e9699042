// Applies the deltas of the wire. Values are never changed in place: what a delta does not touch is the same object as
// before, so components may compare rows with `===`.
//
//   apply(before, delta)  → the value after it
//
// A delta that is no object replaces. An object is a merge patch of RFC 7386, in which a null removes a member, with two
// additions: `$null` lists the members that become null, and `$$name` is the member `$name`. An array of rows is patched
// by an object of these, where rows are known by the member that `$key` says (by default `name`):
//
//   $set    what has changed, by name: a patch of a row that was there, or a row that is new
//   $gone   the names of rows that are no more
//   $order  all names in their order. Without it the order is as before, and new rows are at the end

import type { Json } from "./answers";

type JsonObject = { [member: string]: Json };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function applyToRows(before: Json | undefined, delta: JsonObject): Json {
  const key = typeof delta.$key === "string" ? delta.$key : "name";
  const rows = new Map<string, Json>();
  for (const row of Array.isArray(before) ? before : []) if (isObject(row)) rows.set(String(row[key]), row);
  for (const name of (delta.$gone as string[] | undefined) ?? []) rows.delete(name);
  for (const [name, patch] of Object.entries((delta.$set as JsonObject | undefined) ?? {}))
    rows.set(name, apply(rows.get(name), patch));
  const order = delta.$order as string[] | undefined;
  return order ? order.flatMap((name) => rows.get(name) ?? []) : [...rows.values()];
}

function applyToObject(before: Json | undefined, delta: JsonObject): Json {
  const after: JsonObject = isObject(before) ? { ...before } : {};
  for (const [name, patch] of Object.entries(delta)) {
    if (name === "$null") {
      for (const member of patch as string[]) after[member] = null;
      continue;
    }
    const member = name.startsWith("$$") ? name.slice(1) : name;
    if (patch === null) delete after[member];
    else after[member] = apply(after[member], patch);
  }
  return after;
}

export function apply(before: Json | undefined, delta: Json): Json {
  if (!isObject(delta)) return delta;
  const ofRows = "$set" in delta || "$gone" in delta || "$order" in delta;
  return ofRows ? applyToRows(before, delta) : applyToObject(before, delta);
}
