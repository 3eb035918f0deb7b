import assert from "node:assert/strict";
import { readGivenUp, readHappened } from "./event.ts";
import { startIn } from "./peer.ts";
import { readRequest, type Request, requestBytes } from "./request.ts";

const requests: readonly Request[] = [
  { type: "reg", name: "web", instance: "web_1" },
  { type: "reg", name: "ä".repeat(127), instance: "" },
  { type: "unreg" },
  { type: "hb" },
  { type: "setint", ms: 300 },
  { type: "setwarn", ms: 0 },
  { type: "setboot", boot: true },
];

Deno.test("a request has the bytes of the original's library", () => {
  for (const request of requests) assert.deepEqual(readRequest(requestBytes(request)), request);
  assert.equal(requestBytes(requests[0]!).length, 788);
  assert.deepEqual(
    [...requestBytes({ type: "setint", ms: 300 })],
    [...new TextEncoder().encode("setint"), 0, 0, 44, 1, 0, 0, 0, 0, 0, 0],
  );
});

Deno.test("the library's own rest behind a NUL is not read", () => {
  const bytes = requestBytes({ type: "reg", name: "web", instance: "" });
  bytes.set(new Uint8Array(200).fill(0xff), 8 + 4);
  assert.deepEqual(readRequest(bytes), { type: "reg", name: "web", instance: "" });
});

Deno.test("what is longer, shorter, unknown or no text is refused", () => {
  for (const request of requests) {
    const bytes = requestBytes(request);
    assert.equal(typeof readRequest(bytes.subarray(0, -1)), "string");
    assert.equal(typeof readRequest(new Uint8Array([...bytes, 0])), "string");
  }
  assert.equal(typeof readRequest(new Uint8Array(8).fill(65)), "string", "no NUL");
  assert.equal(typeof readRequest(new Uint8Array(0)), "string");
  for (const name of ["", "a\nb", "a\u001b[31m", "a\u202eb"]) {
    const bytes = requestBytes({ type: "reg", name, instance: "" });
    assert.equal(typeof readRequest(bytes), "string", JSON.stringify(name));
  }
  const open = requestBytes({ type: "reg", name: "web", instance: "" });
  open.set(new Uint8Array(256).fill(65), 8);
  assert.equal(typeof readRequest(open), "string", "a name without an end");
  const broken = requestBytes({ type: "reg", name: "web", instance: "" });
  broken.set([0xff, 0xfe], 8);
  assert.equal(typeof readRequest(broken), "string", "a name that is not UTF-8");
  const large = requestBytes({ type: "setint", ms: 1 });
  large.fill(0xff, 8);
  const read = readRequest(large);
  assert.ok(typeof read === "object" && read.type === "setint" && read.ms > 1e18);
});

Deno.test("the start of a process is found behind a name that may hold anything", () => {
  const fields = Array.from({ length: 50 }, (_, at) => at === 19 ? "4711" : "1").join(" ");
  assert.equal(startIn(`7 (a) ${fields}`), 4711);
  assert.equal(startIn(`7 (a) b ) S 1 (c) ${fields}\n`), 4711);
  for (const text of ["", "7 (a)", "7 (a) S 1"]) assert.equal(startIn(text), 0);
});

Deno.test("a line between apphbd and the recovery manager is checked member by member", () => {
  const good = { name: "web", event: "nohb", pid: 7, started: 9, uid: 0, gid: 0 };
  assert.deepEqual(readHappened(`app ${JSON.stringify(good)}`), good);
  for (
    const bad of [
      { ...good, event: "other" },
      { ...good, pid: -1 },
      { ...good, pid: 1.5 },
      { ...good, name: "a\u0000" },
      { ...good, uid: "0" },
      {},
    ]
  ) assert.equal(readHappened(`app ${JSON.stringify(bad)}`), undefined, JSON.stringify(bad));
  for (const line of ["", "app", "app {", "alive x", "app null", "app []"]) {
    assert.equal(readHappened(line), undefined, line);
    assert.equal(readGivenUp(line), undefined, line);
  }
});
