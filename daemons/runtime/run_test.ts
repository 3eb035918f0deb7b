import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { connect } from "./client.ts";
import type { Log } from "./log.ts";
import type { Effect, Event, Machine } from "./machine.ts";
import type { Message } from "./messages.ts";
import { run } from "./run.ts";
import type { Store } from "./store.ts";

const project = filePath(new URL("../..", import.meta.url));
const socket = `${project}/.test/run.sock`;
const permissions = {
  net: [`unix:${socket}`],
  read: [`${project}/.test`],
  write: [`${project}/.test`],
};
const quiet: Log = () => {};

/** A machine made of a function; `stop` is answered at once. */
function machine(
  service: string,
  take: (event: Event) => readonly Effect[],
): Machine<null> {
  return {
    service,
    state: null,
    step: (_state, event) => event.type === "stop" ? [{ type: "stopped" }] : take(event),
  };
}

const say = (service: string, message: Message): Effect => ({
  type: "send",
  to: { service },
  message,
});
const query = (id: string): Message => ({ type: "cib/query", id });

Deno.test("machines of one process hear each other in order, without await between", async () => {
  const heard: string[] = [];
  const process = await run({
    process: "test",
    node: "alice",
    log: quiet,
    stores: new Map(),
    machines: [
      machine("b", (event) => {
        if (event.type === "message" && event.message.type === "cib/query") {
          heard.push(`${event.from.node} ${event.from.service} ${event.message.id}`);
        }
        return [];
      }),
      machine(
        "a",
        (event) => event.type === "start" ? [say("b", query("1")), say("b", query("2"))] : [],
      ),
    ],
  });
  assert.deepEqual(heard, ["alice a 1", "alice a 2"]);
  await process.stop(1_000);
  await process.ended;
});

Deno.test("what follows a save waits until it is on disk, and later events do not", async () => {
  const told: string[] = [];
  let written: () => void = () => {};
  const store: Store = {
    saved: new Map(),
    save: () => new Promise((resolve) => written = resolve),
  };
  const process = await run({
    process: "test",
    node: "alice",
    log: (_service, _level, text) => void told.push(text),
    stores: new Map([["a", store]]),
    machines: [machine("a", (event) => {
      if (event.type === "start") {
        return [
          { type: "log", level: "info", text: "before" },
          { type: "timer", name: "t", inMs: 1 },
          { type: "save", key: "k", value: new Uint8Array([1]) },
          { type: "log", level: "info", text: "after the save" },
        ];
      }
      return event.type === "timer"
        ? (told.push("the timer's step"), [{ type: "log", level: "info", text: "of the timer" }])
        : [];
    })],
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(told, ["before", "the timer's step"]);
  written();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(told.slice(2), ["after the save", "of the timer"]);
  await process.stop(1_000);
});

Deno.test("a save that nothing waits for is made meanwhile, of several the latest, before the end", async () => {
  const told: string[] = [];
  const written: string[] = [];
  let next: () => void = () => {};
  const store: Store = {
    saved: new Map(),
    save: (key, value) => {
      written.push(`${key} ${value?.[0]}`);
      return new Promise((resolve) => next = resolve);
    },
  };
  const save = (key: string, value: number): Effect => ({
    type: "save",
    key,
    value: Uint8Array.of(value),
    waits: false,
  });
  const process = await run({
    process: "test",
    node: "alice",
    log: (_service, _level, text) => void told.push(text),
    stores: new Map([["a", store]]),
    machines: [machine("a", (event) =>
      event.type === "start"
        ? [
          save("k", 1),
          save("k", 2),
          save("other", 7),
          save("k", 3),
          { type: "log", level: "info", text: "after the saves" },
        ]
        : [])],
  });
  assert.deepEqual(told, ["after the saves"]);
  assert.deepEqual(written, ["k 1"]);
  let over = false;
  const stopped = process.stop(5_000).then(() => over = true);
  for (const wanted of [["k 1", "k 3"], ["k 1", "k 3", "other 7"]]) {
    next();
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(written, wanted);
    assert.ok(!over);
  }
  next();
  await stopped;
});

Deno.test("a save that fails ends the process: nothing after it happens", async () => {
  const told: string[] = [];
  const store: Store = {
    saved: new Map(),
    save: () => Promise.reject(new Error("No space left on device")),
  };
  const process = await run({
    process: "test",
    node: "alice",
    log: (_service, level, text) => void told.push(`${level} ${text.split("\n")[0]}`),
    stores: new Map([["a", store]]),
    machines: [machine("a", (event) =>
      event.type === "start"
        ? [
          { type: "save", key: "k", value: new Uint8Array() },
          { type: "log", level: "info", text: "acknowledged" },
        ]
        : [])],
  });
  await assert.rejects(process.ended, /No space left/);
  assert.deepEqual(told, ["crit failed: Error: No space left on device"]);
  await process.stop(10).catch(() => {});
});

Deno.test("a machine that throws ends its process", async () => {
  const process = await run({
    process: "test",
    node: "alice",
    log: quiet,
    stores: new Map(),
    machines: [machine("a", () => {
      throw new TypeError("our mistake");
    })],
  });
  await assert.rejects(process.ended, /our mistake/);
});

Deno.test("a timer is replaced by one of its name, and never comes early", async () => {
  const at: number[] = [];
  let due = 0;
  const process = await run({
    process: "test",
    node: "alice",
    log: quiet,
    stores: new Map(),
    machines: [machine("a", (event) => {
      if (event.type === "start") {
        due = event.at + 20;
        return [
          { type: "timer", name: "t", inMs: 5 },
          { type: "timer", name: "t", inMs: 20 },
          { type: "timer", name: "never", inMs: 1 },
          { type: "cancel", name: "never" },
        ];
      }
      if (event.type === "timer") at.push(event.at);
      return [];
    })],
  });
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(at.length, 1);
  // Not "20 ms later": a difference of such sums is rounded.
  assert.ok((at[0] ?? 0) >= due, `at ${at[0]}, due at ${due}`);
  await process.stop(1_000);
});

Deno.test("a timer, a call and a stop of 600 hours do not end at once", async () => {
  const hoursMs = 600 * 3_600_000;
  const heard: string[] = [];
  const asked = Promise.withResolvers<void>();
  const process = await run({
    process: "test",
    node: "alice",
    log: (_service, level, text) => heard.push(`${level} ${text}`),
    stores: new Map(),
    builtins: {
      silent: () => ({ ask: () => asked.promise }),
    },
    machines: [{
      service: "a",
      state: null,
      step(_state, event): readonly Effect[] {
        if (event.type === "stop") return []; // it never says that it has stopped
        if (event.type === "start") {
          return [
            { type: "load", instance: "silent", plugin: "silent", config: {} },
            { type: "timer", name: "late", inMs: hoursMs },
            {
              type: "call",
              id: "1",
              instance: "silent",
              method: "ask",
              args: [],
              deadlineMs: hoursMs,
            },
            { type: "timer", name: "soon", inMs: 20 },
          ];
        }
        if (event.type === "timer" && event.name === "soon") asked.resolve();
        if (event.type === "timer") heard.push(`timer ${event.name}`);
        if (event.type === "reply") heard.push(`reply ${event.result.ok}`);
        return event.type === "reply" ? [{ type: "stopped" }] : [];
      },
    }],
  });
  await process.stop(hoursMs);
  await process.ended;
  assert.deepEqual(heard, ["timer soon", "reply true"]);
});

Deno.test("a process hears over a link that another came and went, and answers it", {
  permissions,
}, async () => {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const peers: string[] = [];
  const server = await run({
    process: "server",
    node: "alice",
    log: quiet,
    stores: new Map(),
    listenPath: socket,
    machines: [machine("cib", (event) => {
      if (event.type === "peer") {
        peers.push(`${event.service.split("-")[0]} ${event.up ? "came" : "went"}`);
      }
      return event.type === "message" && event.message.type === "cib/query"
        ? [{
          type: "send",
          to: { service: event.from.service },
          message: {
            type: "cib/document",
            id: event.message.id,
            version: { adminEpoch: 0, epoch: 1, numUpdates: 2 },
            xml: "<cib/>",
          },
        }]
        : [];
    })],
  });
  try {
    const client = await connect(socket);
    const answer = await client.ask(
      "cib",
      query("7"),
      (message): message is Extract<Message, { type: "cib/document" }> =>
        message.type === "cib/document",
      5_000,
    );
    assert.equal(answer.id, "7");
    await client[Symbol.asyncDispose]();
    for (let turn = 0; turn < 100 && peers.length < 2; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(peers, ["client came", "client went"]);
    await assert.rejects(
      run({
        process: "second",
        node: "alice",
        log: quiet,
        stores: new Map(),
        listenPath: socket,
        machines: [],
      }),
      /another process does/,
    );
  } finally {
    await server.stop(1_000);
  }
});

Deno.test(
  "a client that sends rubbish, or a frame too long, loses its connection and nothing else",
  {
    permissions,
  },
  async () => {
    await Deno.mkdir(`${project}/.test`, { recursive: true });
    const server = await run({
      process: "server",
      node: "alice",
      log: quiet,
      stores: new Map(),
      listenPath: socket,
      machines: [machine("cib", () => [])],
    });
    try {
      for (
        const bytes of [
          new Uint8Array([0xff, 0xff, 0xff, 0xff]),
          new Uint8Array([0, 0, 0, 2, 0x7b, 0x7d]),
          new Uint8Array([0, 0, 0, 1, 0x00]),
        ]
      ) {
        using bad = await Deno.connect({ transport: "unix", path: socket });
        const buffer = new Uint8Array(1024);
        await bad.read(buffer); // The server's hello.
        await bad.write(bytes);
        assert.equal(await bad.read(buffer), null);
      }
      await using _client = await connect(socket);
    } finally {
      await server.stop(1_000);
    }
  },
);

Deno.test("a machine that ends by itself ends its process at once, with its exit code", async () => {
  const process = await run({
    process: "test",
    node: "a",
    log: () => {},
    stores: new Map(),
    machines: [{
      service: "weary",
      state: {},
      step: (_state, { type }) => type === "start" ? [{ type: "stopped", exitCode: 69 }] : [],
    }],
  });
  const from = performance.now();
  assert.equal(await process.ended, 69);
  assert.ok(performance.now() - from < 1_000, "it is not asked to stop again and waited for");
});
