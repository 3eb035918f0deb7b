import assert from "node:assert/strict";
import { enter, mayPass } from "./door.ts";
import type { Message } from "./messages.ts";
import {
  largeBytesMax,
  mayBeSaid,
  type Protocol,
  type Rule,
  smallBytesMax,
  speakersOf,
  valuesMax,
} from "./protocol.ts";

Deno.test("who may say something depends on service and node", () => {
  const may = (speaker: string, from: string, here: boolean, to = "crmd") =>
    mayBeSaid({ from: [speaker] }, { from, here, to });
  const table: readonly (readonly [string, string, boolean, boolean])[] = [
    ["runtime", "runtime", true, false],
    ["client", "client-1", true, true],
    ["client", "client-1", false, false],
    ["client", "cib", true, false],
    ["node", "cib", true, true],
    ["node", "cib", false, false],
    ["node", "client-1", true, false],
    ["same@peer", "crmd", false, true],
    ["same@peer", "crmd", true, true],
    ["same@peer", "cib", true, false],
    ["cib@peer", "cib", false, true],
    ["cib@peer", "cib", true, true],
    ["cib@peer", "crmd", true, false],
    ["cib", "cib", true, true],
    ["cib", "cib", false, false],
    ["cib", "crmd", true, false],
  ];
  for (const [speaker, from, here, wanted] of table) {
    assert.equal(may(speaker, from, here), wanted, `${speaker}: ${from}, ${here}`);
  }
  assert.equal(may("same@peer", "client-1", true, "client-1"), false);
  assert.ok(mayBeSaid({ from: ["cib", "client"] }, { from: "client-1", here: true, to: "x" }));
  assert.equal(mayBeSaid({ from: [] }, { from: "cib", here: true, to: "x" }), false);
  assert.equal(
    speakersOf({ from: ["client", "node", "runtime", "same@peer", "cib@peer", "cib"] }),
    "a client of this node or a daemon of this node or nobody but the runtime or " +
      "the same service of any node or cib of any node or cib of this node",
  );
});

const rule = (change: Partial<Rule> = {}): Rule => ({
  from: ["cib"],
  read: (value) => value as Message,
  ...change,
});
const protocol: Protocol = new Map([
  ["cib/query", rule({ to: ["crmd"] })],
  ["peer", rule({ bytesMax: 40 })],
  ["small", rule()],
]);
const unread = (text: string): Message => ({
  type: "unread",
  json: new TextEncoder().encode(text),
});
const at = (message: Message, to = "crmd", service = "cib", node = "alice") =>
  enter(protocol, "alice", { to, from: { node, service }, message });
const why = (...given: Parameters<typeof at>) => {
  const entered = at(...given);
  return entered.ok
    ? ""
    : `${entered.refused.kind} ${entered.refused.type}: ${entered.refused.why}`;
};

Deno.test("the door looks at type, sender, receiver, size and depth, and then reads", () => {
  const query: Message = { type: "cib/query", id: "1" };
  assert.deepEqual(at(query), { ok: true, message: query });
  assert.deepEqual(at(unread('{"type":"cib/query","id":"1"}')), { ok: true, message: query });
  assert.equal(why(unread('{"id":"1"}')), 'malformed : it does not begin with {"type":"..."}');
  assert.equal(
    why(unread('{"type":"other"}')),
    "unknown other: this version has no message of this type",
  );
  assert.equal(
    why(query, "crmd", "lrmd"),
    "misdirected cib/query: only cib of this node may send it",
  );
  assert.match(why(query, "crmd", "cib", "bob"), /^misdirected /);
  assert.equal(why(query, "lrmd"), "misdirected cib/query: only crmd takes it");
  assert.equal(why(query, "client-1"), "", "one that has asked");
  assert.match(why(unread('{"type":"cib/query",')), /^malformed cib\/query: /);
  const ofBytes = (type: string, bytes: number) => {
    const head = `{"type":"${type}","body":"`;
    return unread(`${head}${"x".repeat(bytes - head.length - 2)}"}`);
  };
  assert.equal(why(ofBytes("peer", 40)), "");
  assert.equal(why(ofBytes("peer", 41)), "malformed peer: 41 bytes; limit 40");
  assert.equal(why(ofBytes("small", smallBytesMax)), "");
  assert.equal(
    why(ofBytes("small", smallBytesMax + 1)),
    "malformed small: 65537 bytes; limit 65536",
  );
  const deep = (levels: number) =>
    unread(`{"type":"small","a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`);
  assert.equal(why(deep(64)), "");
  assert.equal(why(deep(65)), "malformed small: more than 64 levels of JSON");
});

Deno.test("what another node or a client says holds no more values than can be parsed quickly", () => {
  const large: Protocol = new Map([
    ["cib/apply", rule({ from: ["client", "node", "same@peer"], bytesMax: largeBytesMax })],
  ]);
  const parse = JSON.parse;
  let parsed = 0;
  const say = (values: number, service: string, node: string) => {
    const json = unread(`{"type":"cib/apply","c":[${"0,".repeat(values)}0]}`);
    const entering = { to: "cib", from: { node, service }, message: json };
    JSON.parse = (...args) => (parsed++, parse(...args));
    try {
      const entered = enter(large, "alice", entering);
      return entered.ok ? "" : entered.refused.why;
    } finally {
      JSON.parse = parse;
    }
  };
  const refused = "it holds more than 1048576 values";
  for (const [service, node] of [["client-1", "alice"], ["cib", "bob"]] as const) {
    assert.equal(say(valuesMax, service, node), refused);
    assert.equal(parsed, 0);
    assert.equal(say(valuesMax - 5, service, node), "");
    assert.equal(parsed, 1);
    parsed = 0;
  }
  // A daemon of this node may tell of all that there is.
  assert.equal(say(valuesMax, "crmd", "alice"), "");
});

Deno.test("what is passed on is not read, and refused for the same reasons", () => {
  const pass = (message: Message, to = "crmd") =>
    mayPass(protocol, "alice", { to, from: { node: "alice", service: "cib" }, message })?.why;
  assert.equal(pass(unread('{"type":"cib/query",')), undefined);
  assert.equal(pass(unread('{"type":"cib/query",'), "lrmd"), "only crmd takes it");
});
