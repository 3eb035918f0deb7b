/**
 * A program whose request is not taken learns it at once, over real sockets and over two processes: it
 * does not wait for an answer that cannot come.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { protocol } from "../protocols.ts";
import { connect } from "./client.ts";
import { Link } from "./link.ts";
import type { Machine } from "./machine.ts";
import type { Message } from "./messages.ts";
import { socketPipe } from "./pipe.ts";
import { smallBytesMax } from "./protocol.ts";
import { NotTaken } from "./questions.ts";
import { Refusal } from "./reader.ts";
import { readRequestRefused, requestRefused } from "./request_refused.ts";
import { requestId } from "./request_id.ts";
import { run } from "./run.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const [client, process] = [`${project}/.test/run.sock`, `${project}/.test/link.sock`];
const permissions = {
  read: [project],
  write: [`${project}/.test`],
  net: [`unix:${client}`, `unix:${process}`],
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const unread = (text: string): Message => ({ type: "unread", json: bytes(text) });

/** Milliseconds that nothing here may wait for, and after which a request is not answered. */
const [patienceMs, lateMs] = [60_000, 10_000];

/** A machine that answers questions about its status. */
const machine = (service: string): Machine => ({
  service,
  state: null,
  step: (_state, event) => {
    if (event.type === "stop") return [{ type: "stopped" }];
    if (event.type !== "message" || event.message.type !== "status/query") return [];
    const { id } = event.message;
    const to = { service: event.from.service };
    return [{ type: "send", to, message: { type: "status/answer", id, status: null } }];
  },
});

/** The process that clients connect to, and one behind it. */
async function node(): Promise<AsyncDisposable> {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const common = { node: "alice", log: () => {}, stores: new Map(), protocol };
  const cluster = await run({
    ...common,
    process: "cluster",
    machines: [machine("cib"), machine("tengine")],
    listenPath: client,
    linkPaths: [{ path: process, mayOffer: (service) => /^(lrmd|.*@lrmd)$/.test(service) }],
  });
  const lrmd = await run({
    ...common,
    process: "lrmd",
    machines: [machine("lrmd")],
    connectPaths: [process],
  });
  return {
    async [Symbol.asyncDispose]() {
      await lrmd.stop(1_000);
      await cluster.stop(1_000);
    },
  };
}

/** A program that says what it likes, and what it was answered. */
async function stranger() {
  const answers: Message[] = [];
  let wake = () => {};
  const link = new Link(socketPipe(await Deno.connect({ transport: "unix", path: client })), {
    onServices() {},
    onEnvelope: (_link, { message }) => {
      assert.ok(message.type === "unread");
      const answer = readRequestRefused(JSON.parse(new TextDecoder().decode(message.json)));
      assert.ok(!(answer instanceof Refusal));
      answers.push(answer);
      wake();
    },
    onClosed() {},
  });
  link.hello("client-1", ["client-1"]);
  const reading = link.read();
  return {
    /** Says it, and waits for its answer. */
    async ask(json: string, to: { node?: string; service: string }, service = "client-1") {
      const count = answers.length;
      const { promise: answered, resolve, reject } = Promise.withResolvers<void>();
      wake = resolve;
      link.push({ to, from: { node: "", service }, message: unread(json) });
      const late = setTimeout(() => reject(new Error(`no answer to ${json}`)), lateMs);
      if (answers.length === count) await answered.finally(() => clearTimeout(late));
      clearTimeout(late);
      const answer = answers.at(-1);
      assert.ok(answer?.type === "refused");
      return answer;
    },
    async [Symbol.asyncDispose]() {
      link.close("done");
      await reading;
    },
  };
}

/** What is asked, of whom; the kind of refusal, and what it says. `{}` is the id. */
const refused: readonly (readonly [string, string, string, RegExp])[] = [
  ['{"type":"cib/apply",{},"changes":[{"op":"sing"}]}', "cib", "malformed", /one of create/],
  ['{"type":"cib/apply","changes":5,{}}', "cib", "malformed", /a list/],
  ['{"type":"cib/apply",{},"changes":[', "cib", "malformed", /JSON/],
  [
    `{"type":"cib/apply",{},"x":${"[".repeat(999)}${"]".repeat(999)}}`,
    "cib",
    "malformed",
    /levels of JSON/,
  ],
  [`{"type":"cib/query","x":"${"x".repeat(smallBytesMax)}",{}}`, "cib", "malformed", /limit 65536/],
  [`{"type":"cib/query",{},"x":"${"x".repeat(smallBytesMax)}"}`, "cib", "malformed", /limit 65536/],
  ['{"type":"cib/sing",{}}', "cib", "unknown", /no message of this type/],
  ['{"type":"fence/result",{}}', "tengine", "misdirected", /only stonithd/],
  ['{"type":"cib/query",{}}', "tengine", "misdirected", /only cib takes it/],
  ['{"type":"cib/query",{}}', "stonithd", "unreachable", /no process .* offers "stonithd"/],
  // Of the process behind it.
  ['{"type":"lrm/describe",{},"agent":{}}', "lrmd", "malformed", /agent/],
  ['{"type":"lrm/query",{},"id":5}', "lrmd", "malformed", /id/],
  ['{"type":"lrm/execute",{}}', "lrmd", "misdirected", /only/],
];

Deno.test("each request that is not taken is answered, with code and reason", {
  permissions,
}, async () => {
  await using _node = await node();
  await using one = await stranger();
  // The process behind it is there once it says something of its own.
  while (
    (await one.ask('{"type":"lrm/execute","id":"0"}', { service: "lrmd" })).kind !== "misdirected"
  );
  for (const [at, [json, service, kind, why]] of refused.entries()) {
    const answer = await one.ask(json.replace("{}", `"id":"r${at}"`), { service });
    assert.deepEqual([answer.id, answer.kind], [`r${at}`, kind], json.slice(0, 80));
    assert.match(answer.error, why);
    assert.match(answer.error, /^\S+ did not take .* \[HA0026\]\. Fix: /s);
  }
  const query = '{"type":"cib/query","id":"1"}';
  const elsewhere = await one.ask(query, { node: "bob", service: "cib" });
  assert.match(elsewhere.error, /no business with other nodes/);
  const asAnother = await one.ask(query, { service: "cib" }, "stonithd");
  assert.match(asAnother.error, /did not come the way/);
  // Without an id nobody knows which it was: the answer says the type.
  const { id, request } = await one.ask('{"type":"cib/query"}', { service: "cib" });
  assert.deepEqual([id, request], [undefined, "cib/query"]);
});

Deno.test("who waits for an answer is given the refusal", { permissions }, async () => {
  await using _node = await node();
  await using one = await connect(client);
  const ask = (to: string, id: string) =>
    one.ask(
      to,
      { type: "status/query", id },
      (message): message is Extract<Message, { type: "status/answer" }> =>
        message.type === "status/answer" && message.id === id,
      patienceMs,
    );
  const notTaken = (kind: string) => (error: unknown) =>
    error instanceof NotTaken && error.kind === kind && error.message.includes("[HA0026]");
  await assert.rejects(ask("nobody", "1"), notTaken("unreachable"));
  const both = [ask("cib", "a"), ask("none", "b")];
  const [first, second] = await Promise.allSettled(both);
  assert.deepEqual([first?.status, second?.status], ["fulfilled", "rejected"]);
});

Deno.test("an id is found at both ends of what cannot be parsed, and bounded", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['{"type":"a","id":"1"}', "1"],
    ['{"type":"a","id":"1","b":[', "1"],
    ['{"type":"a","b":[{}],"id":"2"}', "2"],
    ['{"type":"a","id":"a\\"b\\u0041"}', 'a"bA'],
    [`{"type":"a","b":"${"x".repeat(100_000)}","id":"3"}`, "3"],
    ['{"type":"a","b":{"id":"4"}}', undefined],
    ['{"type":"a","id":5}', undefined],
    [`{"type":"a","id":"${"x".repeat(1024)}"}`, "x".repeat(1024)],
    [`{"type":"a","id":"${"x".repeat(1025)}"}`, undefined],
    ['{"type":"a"}', undefined],
    ["", undefined],
    ["5", undefined],
  ];
  for (const [json, id] of cases) assert.equal(requestId(unread(json)), id, json.slice(0, 60));
  assert.equal(requestId({ type: "cib/query", id: "1" }), "1");
  assert.equal(requestId({ type: "cib/subscribe" }), undefined);
});

Deno.test("an answer answers no answer, and is bounded", () => {
  const refusal = { kind: "malformed", type: "cib/query", why: "x".repeat(100_000) } as const;
  const answer = requestRefused("y".repeat(255), { type: "cib/query", id: "1" }, refusal);
  assert.ok(answer !== undefined && !(readRequestRefused(answer) instanceof Refusal));
  assert.ok(answer.error.length < 1_000);
  assert.equal(requestRefused("cib", answer, refusal), undefined);
  const unreadOne = unread(JSON.stringify(answer));
  assert.equal(requestRefused("cib", unreadOne, { ...refusal, type: "refused" }), undefined);
});

Deno.test("each request that a client may send names who takes it", () => {
  // A machine that ignores what is not for it would leave its asker waiting. Every one has a status.
  const open = [...protocol].filter(([, { from, to }]) =>
    to === undefined && from.some((speaker) => speaker === "client" || speaker === "user")
  );
  assert.deepEqual(open.map(([type]) => type), ["status/query"]);
});
