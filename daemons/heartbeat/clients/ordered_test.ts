import assert from "node:assert/strict";
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { hex, string, stringOf } from "../fields.ts";
import { Random } from "../../runtime/random.ts";
import { Ordered } from "./ordered.ts";

const message = (number: number, more: Readonly<Record<string, string>> = {}): WireMessage => [
  string("t", "count"),
  hex("oseq", number),
  string("src", more.src ?? "n2"),
  hex("hg", 7),
  string("client_gen", more.client_gen ?? "0"),
  ...(more.dest === undefined ? [] : [string("dest", more.dest)]),
];
const clstat = (st: string): WireMessage => [
  string("t", "hbapi-clstat"),
  string("st", st),
  string("src", "n2"),
  hex("hg", 7),
  string("client_gen", "0"),
];
const numbers = (messages: readonly WireMessage[]) =>
  messages.map((one) => stringOf(one, "oseq") ?? stringOf(one, "st"));

Deno.test("whatever the order in which they come, they are delivered in theirs, once", () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = new Random(seed);
    const ordered = new Ordered();
    ordered.take(clstat("join"));
    const all = Array.from({ length: 100 }, (_, i) => i + 1);
    const sent = random.shuffle([...all, ...all.filter(() => random.chance(0.2))]);
    const got = sent.flatMap((number) => ordered.take(message(number)));
    assert.deepEqual(numbers(got), all.map((number) => number.toString(16)), `seed ${seed}`);
    assert.deepEqual([ordered.held, ordered.dropped], [0, sent.length - 100]);
  }
});

Deno.test("messages to all, to one node and of other nodes have numbers of their own", () => {
  const ordered = new Ordered();
  ordered.take(clstat("join"));
  assert.equal(ordered.take(message(2)).length, 0);
  assert.equal(ordered.take(message(1, { dest: "n1" })).length, 1);
  assert.equal(ordered.take(message(5, { src: "n3" })).length, 1, "its coming was not heard");
  assert.equal(ordered.take(message(1)).length, 2);
});

Deno.test("a new life begins anew, and so does a great jump", () => {
  const ordered = new Ordered();
  ordered.take(clstat("join"));
  ordered.take(message(1));
  assert.deepEqual(numbers(ordered.take(message(9, { client_gen: "1" }))), ["9"]);
  assert.deepEqual(numbers(ordered.take(message(1000, { client_gen: "1" }))), ["3e8"]);
});

Deno.test("when a client leaves, what was held for it comes first", () => {
  const ordered = new Ordered();
  ordered.take(clstat("join"));
  for (const number of [1, 4, 3]) ordered.take(message(number));
  assert.deepEqual(numbers(ordered.take(clstat("leave"))), ["3", "4", "leave"]);
});
