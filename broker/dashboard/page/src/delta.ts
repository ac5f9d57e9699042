// Applies the deltas of the wire. Values are never changed in place: what a delta does not touch is the same object as
// before, so a component may compare with `===`.
//
//   apply(before, delta)  → the value after it
//
// A delta is a merge patch of RFC 7386: a member that is null is removed, objects are merged, all else replaces. An array
// of objects that have a unique `name`, else a unique `id`, is patched by `{"$set","$gone","$order"}`:
//
//   $set    what has changed, by name: a patch for an item that was there, the whole item for a new one
//   $gone   the names of items that are no more
//   $order  all names, in the new order. Without it, the order is as before and new items are at the end

import type { Json } from "./answers";

type JsonObject = { [member: string]: Json };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(item: Json): string {
  return isObject(item) ? String(item.name ?? item.id) : "";
}

function applyToItems(before: Json[], delta: JsonObject): Json[] {
  const items = new Map(before.map((item) => [nameOf(item), item]));
  for (const name of (delta.$gone as string[] | undefined) ?? []) items.delete(name);
  for (const [name, patch] of Object.entries((delta.$set as JsonObject | undefined) ?? {})) {
    const old = items.get(name);
    items.set(name, old === undefined ? patch : apply(old, patch));
  }
  const order = delta.$order as string[] | undefined;
  if (!order) return [...items.values()];
  return order.flatMap((name) => {
    const item = items.get(name);
    return item === undefined ? [] : [item];
  });
}

export function apply(before: Json | undefined, delta: Json): Json {
  if (!isObject(delta)) return delta;
  if (Array.isArray(before)) return applyToItems(before, delta);
  const after: JsonObject = isObject(before) ? { ...before } : {};
  for (const [member, patch] of Object.entries(delta)) {
    if (patch === null) delete after[member];
    else after[member] = apply(after[member], patch);
  }
  return after;
}
