import assert from "node:assert/strict";
import { nameCharactersMax } from "../runtime/reader.ts";
import { fenceAnswer, hostsAnswer } from "./answers.ts";

Deno.test("hosts are a bounded list of names", () => {
  assert.deepEqual(hostsAnswer(["alice", "bob"]), ["alice", "bob"]);
  assert.deepEqual(hostsAnswer([]), []);
  assert.deepEqual(hostsAnswer(["a".repeat(nameCharactersMax)])?.length, 1);
  const long = "a".repeat(nameCharactersMax + 1);
  for (const value of [undefined, null, "alice", { 0: "alice" }, [1], ["alice", long]]) {
    assert.equal(hostsAnswer(value), undefined);
  }
  assert.equal(hostsAnswer(Array(1_025).fill("alice")), undefined);
});

Deno.test("only true is a confirmation, and a detail is cut", () => {
  const answer = (value: unknown) => fenceAnswer({ ok: true, value });
  assert.deepEqual(answer({ ok: true, detail: "x".repeat(2_000) }), {
    ok: true,
    detail: "x".repeat(1_024),
  });
  for (const value of [true, { ok: 1 }, { ok: "true" }, [true], null]) {
    assert.equal(answer(value).ok, false);
  }
});
