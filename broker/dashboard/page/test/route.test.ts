import assert from "node:assert/strict";
import { test } from "node:test";
import { href, parse } from "../src/route";

test("an address without a place is the first view", () => {
  assert.deepEqual(parse(""), { view: "pools", subject: "", params: {} });
  assert.deepEqual(parse("#"), { view: "pools", subject: "", params: {} });
});

test("what is written is read again, whatever the subject is called", () => {
  for (const subject of ["text.0", "team/bob v1.2", "ü&?#=%", "s-1@beta"])
    assert.deepEqual(parse(href("terminals", subject, { filter: "a b&c", sort: "-age" })), {
      view: "terminals",
      subject,
      params: { filter: "a b&c", sort: "-age" },
    });
});

test("empty parameters are left out", () => {
  assert.equal(href("pools", "", { filter: "", sort: "-p99" }), "#/pools?sort=-p99");
});

test("an address that is broken still leads somewhere", () => {
  assert.deepEqual(parse("#/pool/%zz"), { view: "pool", subject: "%zz", params: {} });
});
