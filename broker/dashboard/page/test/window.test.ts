import assert from "node:assert/strict";
import { test } from "node:test";
import { pathOf } from "../src/components/Spark";
import { spanOf } from "../src/components/useWindow";

test("up to 200 rows all are in the document", () => {
  assert.deepEqual(spanOf(200, 30, -5000, 800), {
    windowed: false,
    first: 0,
    end: 200,
    above: 0,
    below: 0,
    page: 24,
    rowPx: 30,
  });
});

test("of more rows only those near what is seen are, and there is room for the others", () => {
  for (const top of [400, 0, -3000, -149_000, -1_000_000]) {
    const span = spanOf(5000, 30, top, 800);
    assert.ok(span.end - span.first <= 70, `${span.first} to ${span.end}`);
    assert.ok(span.first < span.end && span.end <= 5000);
    assert.equal(span.above + span.below + (span.end - span.first) * 30, 5000 * 30);
  }
  const seen = spanOf(5000, 30, -3000, 800);
  assert.ok(seen.first <= 100 && seen.end >= 126);
});

test("the newest value is at the right end, and what is not known is a gap", () => {
  const { line, area } = pathOf([0, 2, null, 1], 5, 2);
  assert.equal(line.match(/M/g)?.length, 2);
  assert.equal(area.match(/Z/g)?.length, 2);
  assert.ok(line.startsWith("M30.0 19.0") && line.includes("M120.0 10.0"), line);
});
