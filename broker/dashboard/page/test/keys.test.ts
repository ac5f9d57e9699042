import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Keys, type KeyMap } from "../src/keys";

let press: (event: object) => void;
let keys: Keys;

beforeEach(() => {
  Object.assign(globalThis, {
    Element: class {},
    document: { addEventListener: (_: string, take: typeof press) => (press = take) },
  });
  keys = new Keys();
});

/** Whether somebody took the key. */
function taken(key: string, more: object = {}): boolean {
  const event = { key, target: null, defaultPrevented: false, ...more, preventDefault: () => (event.defaultPrevented = true) };
  press(event);
  return event.defaultPrevented;
}

test("the map of the highest rank is asked first, whenever it was added; false leaves the key to the next", () => {
  const asked: string[] = [];
  const map = (name: string, answer: void | false): (() => KeyMap) => () => ({ x: () => (asked.push(name), answer) });
  const [outer, inner, innermost] = [keys.rank(), keys.rank(), keys.rank()];
  keys.add(innermost, map("innermost", false));
  keys.add(inner, map("inner", undefined));
  keys.add(outer, map("outer", undefined));
  assert.ok(taken("x"));
  assert.deepEqual(asked, ["innermost", "inner"]);
});

test("a map that is removed is not asked, and takes no other with it", () => {
  let presses = 0;
  keys.add(keys.rank(), () => ({ x: () => void ++presses }));
  const remove = keys.add(keys.rank(), () => ({ x: () => assert.fail("removed") }));
  remove();
  remove();
  assert.ok(taken("x"));
  assert.equal(presses, 1);
});

test("keys with Ctrl, Alt or Meta, and those that somebody took, are left alone", () => {
  keys.add(keys.rank(), () => ({ x: () => assert.fail("not for the page") }));
  for (const word of ["ctrlKey", "altKey", "metaKey"]) assert.equal(taken("x", { [word]: true }), false);
  taken("x", { defaultPrevented: true });
});
