import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, duration, latency, percent, rate } from "../src/formats";

test("durations have two units at most", () => {
  const cases: [number, string][] = [
    [0, "0 ms"],
    [340, "340 ms"],
    [1000, "1.0 s"],
    [9999, "9.9 s"],
    [59_999, "59 s"],
    [83_000, "1m 23s"],
    [3_600_000, "1h 00m"],
    [90_061_000, "1d 01h"],
  ];
  for (const [ms, text] of cases) assert.equal(duration(ms), text);
});

test("latencies keep three figures", () => {
  for (const [ms, text] of [
    [0.421, "0.42 ms"],
    [11.84, "11.8 ms"],
    [197.4, "197 ms"],
    [1530, "1.53 s"],
  ] as const)
    assert.equal(latency(ms), text);
});

test("bytes and rates", () => {
  assert.deepEqual([0, 1023, 13848576, 200 * 1024 * 1024].map(bytes), ["0 B", "1023 B", "13.2 MiB", "200 MiB"]);
  assert.deepEqual([0, 0.25, 12.5, 12345].map(rate), ["0", "0.25", "12.5", "12,345"]);
});

test("what is not known is a dash", () => {
  assert.deepEqual(
    [duration(null), latency(undefined), bytes(null), rate(null), percent(NaN)],
    ["–", "–", "–", "–", "–"],
  );
});
