import assert from "node:assert/strict";
import { Exchange, type LinkEnd } from "./exchange.ts";
import type { Message } from "./messages.ts";
import type { Envelope } from "./router.ts";

const query: Message = { type: "cib/query", id: "1" };
const unread: Message = {
  type: "unread",
  json: new TextEncoder().encode(JSON.stringify(query)),
};

/** The exchange of node alice's `cluster`, and links of which each writes down what it is given. */
function stage() {
  const taken: string[] = [];
  const refused: string[] = [];
  const changed: string[] = [];
  const log: string[] = [];
  const exchange = new Exchange({
    process: "cluster",
    node: "alice",
    services: ["cib", "crmd"],
    log: (_service, level, text) => log.push(`${level} ${text}`),
    now: () => 0,
    loader: {
      load: () => Promise.reject(new Error("none")),
      tree: () => [],
      close: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    protocol: undefined,
    take: (service, from, message) =>
      taken.push(
        `${service} < ${from.node} ${from.service}: ${message.type}` +
          (from.user === undefined ? "" : ` of "${from.user.name}"`),
      ),
    refused: (from, to, { kind, type, why }) =>
      refused.push(`${from.node} ${from.service} > ${to}: ${kind} ${type}: ${why}`),
    changed: (came, went) => changed.push(`+${came} -${went}`),
    gather: (take) => take(),
  });
  const link = (options: { isClient?: boolean; queuedBytes?: number } = {}) => {
    const { isClient = false, queuedBytes = 0 } = options;
    const given: string[] = [];
    const closed: string[] = [];
    const end: LinkEnd = {
      limits: { isClient },
      queuedBytes,
      hello: (process, services) => given.push(`hello ${process}: ${services.join(" ")}`),
      push: ({ to, from, message }) =>
        given.push(
          `${to.node ?? ""} ${to.service} < ${from.node} ${from.service}: ${message.type}`,
        ),
      close: (why) => closed.push(why),
    };
    exchange.greet(end);
    return { end, given, closed };
  };
  const say = (end: LinkEnd, from: Envelope["from"], to: Envelope["to"], message = unread) =>
    exchange.onEnvelope(end, { to, from, message });
  return { exchange, link, say, taken, refused, changed, log };
}

const own = "cib crmd messages@cluster plugins@cluster";

Deno.test("who is greeted hears what can be reached here, and of what comes and goes elsewhere", () => {
  const { exchange, link, changed, log } = stage();
  const [first, second] = [link(), link()];
  assert.deepEqual(first.given, [`hello cluster: ${own}`]);
  exchange.onServices(first.end, "lrmd", ["lrmd"]);
  assert.deepEqual(second.given.slice(1), [
    "hello cluster: " + "cib crmd lrmd messages@cluster plugins@cluster",
  ]);
  assert.equal(first.given.length, 1, "it does not hear of itself");
  exchange.onServices(first.end, "lrmd", ["lrmd"]);
  assert.equal(second.given.length, 2, "nothing has changed");
  exchange.onClosed(first.end, "gone");
  assert.deepEqual(second.given.slice(2), [`hello cluster: ${own}`]);
  assert.deepEqual(changed, ["+lrmd -", "+ -lrmd"]);
  assert.deepEqual(log, ["debug a link is gone: gone"]);
  // It hears nothing any more.
  exchange.onServices(second.end, "fencing", ["stonithd"]);
  assert.equal(first.given.length, 1);
});

Deno.test("a client is announced to others when it says something to them, and to no client", () => {
  const { exchange, link, say } = stage();
  const [process, client, other] = [link(), link({ isClient: true }), link({ isClient: true })];
  exchange.onServices(process.end, "lrmd", ["lrmd"]);
  exchange.onServices(client.end, "ha", ["client-1"]);
  exchange.onServices(other.end, "ha", ["client-2"]);
  assert.equal(process.given.length, 1);
  assert.ok([...client.given, ...other.given].every((said) => !said.includes("client-")));
  say(client.end, { node: "", service: "client-1" }, { service: "lrmd" });
  say(client.end, { node: "", service: "client-1" }, { service: "lrmd" });
  assert.deepEqual(process.given.slice(1), [
    `hello cluster: cib client-1 client-2 crmd messages@cluster plugins@cluster`,
    " lrmd < alice client-1: unread",
    " lrmd < alice client-1: unread",
  ]);
  // It hears of the end of a client that it knows, and not of the end of another.
  exchange.onClosed(client.end, "gone");
  assert.equal(process.given.length, 5);
  const third = link({ isClient: true });
  exchange.onServices(third.end, "ha", ["client-3"]);
  exchange.onClosed(third.end, "gone");
  assert.equal(process.given.length, 5);
});

Deno.test("a client announces its services once, and none of another client's", () => {
  const { exchange, link, refused } = stage();
  const [first, second] = [link({ isClient: true }), link({ isClient: true })];
  exchange.onServices(first.end, "ha", ["client-1"]);
  exchange.onServices(first.end, "ha", ["client-1"]);
  assert.deepEqual(first.closed, []);
  exchange.onServices(first.end, "ha", ["client-1", "client-9"]);
  assert.deepEqual(first.closed, ["a client announces its services once"]);
  exchange.onServices(second.end, "ha", ["client-1"]);
  assert.deepEqual(second.closed, [`"client-1" is another client's`]);
  assert.deepEqual(refused.map((line) => line.slice(0, 38)), [
    "alice ha > cluster: misdirected hello:",
    "alice ha > cluster: misdirected hello:",
  ]);
});

Deno.test("a process cannot announce a client that has connected here", () => {
  const { exchange, link, say } = stage();
  const [client, process] = [link({ isClient: true }), link()];
  exchange.onServices(client.end, "ha", ["client-1"]);
  exchange.onServices(process.end, "lrmd", ["lrmd", "client-1"]);
  say(process.end, { node: "alice", service: "lrmd" }, { service: "client-1" });
  assert.deepEqual(client.given.slice(-1), [" client-1 < alice lrmd: unread"]);
});

Deno.test("what is said is believed only from the way that leads to its sender", () => {
  const { exchange, link, say, taken, refused } = stage();
  const [heartbeat, lrmd] = [link(), link()];
  exchange.onServices(heartbeat.end, "heartbeat", ["heartbeat"]);
  exchange.onServices(lrmd.end, "lrmd", ["lrmd"]);
  say(lrmd.end, { node: "alice", service: "lrmd" }, { service: "crmd" });
  say(lrmd.end, { node: "", service: "lrmd" }, { service: "crmd" });
  say(heartbeat.end, { node: "bob", service: "lrmd" }, { service: "crmd" });
  assert.deepEqual(taken, [
    "crmd < alice lrmd: cib/query",
    "crmd < alice lrmd: cib/query",
    "crmd < bob lrmd: cib/query",
  ]);
  say(lrmd.end, { node: "bob", service: "lrmd" }, { service: "crmd" });
  say(heartbeat.end, { node: "alice", service: "lrmd" }, { service: "crmd" });
  const why = "it did not come the way that leads to its sender";
  assert.deepEqual([taken.length, refused], [3, [
    `bob lrmd > crmd: misdirected : ${why}`,
    `alice lrmd > crmd: misdirected : ${why}`,
  ]]);
});

Deno.test("a client has no business with other nodes, nor they with it", () => {
  const { exchange, link, say, refused } = stage();
  const [client, heartbeat] = [link({ isClient: true }), link()];
  exchange.onServices(client.end, "ha", ["client-1"]);
  exchange.onServices(heartbeat.end, "heartbeat", ["heartbeat"]);
  const from = { node: "", service: "client-1" };
  say(client.end, from, { node: "bob", service: "cib" });
  say(heartbeat.end, { node: "bob", service: "cib" }, { service: "client-1" });
  assert.deepEqual(refused, [
    "alice client-1 > cib: misdirected : a client has no business with other nodes",
    "bob cib > client-1: misdirected : another node has no business with a client",
  ]);
  // The client learns that no other answer comes.
  assert.equal(client.given.at(-1), " client-1 < alice cib: refused");
  assert.deepEqual([client.given.length, heartbeat.given.length], [3, 1]);
  // Of this node it may be spoken to, and ask; it may name its own node.
  exchange.forward({
    to: { service: "client-1" },
    from: { node: "alice", service: "cib" },
    message: query,
  });
  say(client.end, from, { node: "alice", service: "heartbeat" });
  assert.equal(client.given.at(-1), " client-1 < alice cib: cib/query");
  assert.equal(heartbeat.given.at(-1), "alice heartbeat < alice client-1: unread");
});

Deno.test("a client cannot burden a process for which more than a mebibyte waits", () => {
  for (const [queuedBytes, arrives] of [[1024 * 1024, true], [1024 * 1024 + 1, false]] as const) {
    const { exchange, link, say, refused } = stage();
    const [client, process] = [link({ isClient: true }), link({ queuedBytes })];
    exchange.onServices(client.end, "ha", ["client-1"]);
    exchange.onServices(process.end, "lrmd", ["lrmd"]);
    const before = process.given.length;
    say(client.end, { node: "", service: "client-1" }, { service: "lrmd" });
    assert.equal(process.given.length > before, arrives, String(queuedBytes));
    assert.deepEqual(
      refused,
      arrives ? [] : [
        "alice client-1 > lrmd: unsendable : 1048577 bytes wait for its process; limit 1048576 for clients",
      ],
    );
    // A daemon's message goes all the same.
    exchange.forward({
      to: { service: "lrmd" },
      from: { node: "alice", service: "crmd" },
      message: query,
    });
    assert.equal(process.given.at(-1), " lrmd < alice crmd: cib/query");
  }
});

Deno.test("the process itself answers programs of this node, and nobody else", () => {
  const { exchange, link, say } = stage();
  const [client, heartbeat] = [link({ isClient: true }), link()];
  exchange.onServices(client.end, "ha", ["client-1"]);
  exchange.onServices(heartbeat.end, "heartbeat", ["heartbeat"]);
  const ask: Message = { type: "status/query", id: "1" };
  const json = new TextEncoder().encode(JSON.stringify(ask));
  for (const service of ["plugins@cluster", "messages@cluster"]) {
    say(client.end, { node: "", service: "client-1" }, { service }, { type: "unread", json });
    assert.equal(client.given.at(-1), `alice client-1 < alice ${service}: status/answer`);
    say(client.end, { node: "", service: "client-1" }, { service });
    assert.equal(client.given.at(-1), ` client-1 < alice ${service}: refused`);
    say(heartbeat.end, { node: "bob", service: "client-1" }, { service }, { type: "unread", json });
  }
  assert.deepEqual([client.given.length, heartbeat.given.length], [6, 1]);
});

Deno.test("what cannot be read is refused", () => {
  const { exchange, link, say, refused } = stage();
  const lrmd = link();
  exchange.onServices(lrmd.end, "lrmd", ["lrmd"]);
  const broken: Message = { type: "unread", json: new TextEncoder().encode("{") };
  say(lrmd.end, { node: "alice", service: "lrmd" }, { service: "cib" }, broken);
  assert.deepEqual(refused.map((line) => line.split(":")[1]), [" malformed "]);
});

Deno.test("what is lost or cannot be sent is logged", () => {
  const { exchange, link, refused, log } = stage();
  const from = { node: "alice", service: "crmd" };
  exchange.forward({ to: { service: "nobody" }, from, message: query });
  assert.deepEqual(log, [
    'debug message cib/query for nobody lost: no process of node alice offers "nobody"',
  ]);
  const { end } = link();
  for (const message of [query, unread]) {
    exchange.onUnsendable(end, { to: { service: "lrmd" }, from, message }, "too large");
  }
  assert.deepEqual(refused, [
    "alice crmd > lrmd: unsendable cib/query: too large",
    "alice crmd > lrmd: unsendable : too large",
  ]);
  assert.equal(log.length, 2, "one line for both");
});

Deno.test("a client whose answer is too large learns that it does not come", () => {
  const { exchange, link, refused } = stage();
  const client = link({ isClient: true });
  exchange.onServices(client.end, "ha", ["client-1"]);
  const answer: Message = { type: "status/answer", id: "1", status: null };
  const [to, from] = [{ service: "client-1" }, { node: "alice", service: "cib" }];
  exchange.onUnsendable(client.end, { to, from, message: answer }, "too large");
  assert.equal(client.given.at(-1), " client-1 < alice cib: refused");
  // What says so and cannot be sent either ends there.
  const said = { type: "refused", request: "", kind: "unsendable", error: "no" } as const;
  exchange.onUnsendable(client.end, { to, from, message: said }, "too large");
  assert.deepEqual([client.given.length, refused.length], [2, 2]);
});

Deno.test("a user is whom the link of its process names, and nobody where it names none", () => {
  const { exchange, link, say, taken } = stage();
  const [heartbeat, client] = [link(), link({ isClient: true })];
  const [known, unknown] = ["client-user-1", "client-user-2"];
  const users = { [known]: { name: "joe", groups: [] }, cib: { name: "eve", groups: [] } };
  exchange.onServices(heartbeat.end, "heartbeat", ["heartbeat", known, unknown], users);
  // Of a client, its own link says it.
  exchange.onServices(client.end, "ha", ["client-1"], { "client-1": { name: "x", groups: [] } });
  for (const service of [known, unknown, "heartbeat"]) {
    say(heartbeat.end, { node: "alice", service }, { service: "cib" });
  }
  say(client.end, { node: "alice", service: "client-1" }, { service: "cib" });
  assert.deepEqual(
    taken.map((line) => line.replace(": cib/query", "").replace("cib < alice ", "")),
    [
      `${known} of "joe"`,
      `${unknown} of ""`,
      "heartbeat",
      "client-1",
    ],
  );
});
