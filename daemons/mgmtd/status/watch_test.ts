import assert from "node:assert/strict";
import { watchStatus } from "./watch.ts";

Deno.test("a status is shown again when it is another one, and not before", async () => {
  const states = ["one", "one", "two", "one"];
  let out = "";
  let round = 0;
  const io = {
    out: (text: string | readonly string[]) => void (out += text),
    err() {},
    ask: () => undefined,
  };
  const end = watchStatus(
    (shown) => {
      shown.out([states[round] ?? ""]);
      shown.err(round === 2 ? ["WARNING"] : []);
      return Promise.resolve(0);
    },
    io,
    {
      now: () => `at ${round}`,
      pause: () =>
        ++round < states.length ? Promise.resolve() : Promise.reject(new Error("enough")),
    },
  );
  await assert.rejects(end, /enough/);
  assert.equal(out, "at 0\none\n\nat 2\ntwo\nWARNING\n\nat 3\none\n\n");
});
