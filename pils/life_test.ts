import assert from "node:assert/strict";
import { beginLife, type LinkEvents } from "./life.ts";
import { errorCharactersMax } from "./errors.ts";
import { fromPlugin, type ToPlugin } from "./message.ts";
import type { Order } from "./running.ts";
import { playedOrder } from "./testdata/played_order.ts";

/** A life whose link, log and time are the test's. */
function begun(change: { leaves?: string; limits?: Partial<Order["limits"]> } = {}) {
  const heard: string[] = [];
  const posted: ToPlugin["type"][] = [];
  const emitted: unknown[] = [];
  const platform = { setInterval, clearInterval };
  let ping = () => {};
  let events: LinkEvents | undefined;
  let isStuck = false;
  let intervals = 0;
  Reflect.set(globalThis, "setInterval", (run: () => void, ms: number) => {
    assert.equal(ms, 500);
    ping = run;
    return ++intervals;
  });
  Reflect.set(globalThis, "clearInterval", () => void intervals--);
  try {
    const life = beginLife(
      {
        ...playedOrder,
        limits: {
          ...playedOrder.limits,
          pingMs: 500,
          pingsMissedMax: 2,
          emitsPerSecondMax: 4,
          logLinesPerSecondMax: 6,
          ...change.limits,
        },
        log: (level, text) => heard.push(`log ${level} ${text}`),
        hide: (text) => text.replaceAll("sesame", "***"),
        hideIn: (value) => value === "sesame" ? "***" : value,
        onEmit: (event) => emitted.push(event),
      },
      (_order, given) => {
        events = given;
        return {
          post({ type }) {
            if (isStuck) throw new Error("32 bytes wait");
            posted.push(type);
          },
          end: () => Promise.resolve(void heard.push("ended")),
          ...(change.leaves === undefined ? {} : { leaves: change.leaves }),
        };
      },
      {
        answered: ({ type, id }) => heard.push(`${type} ${id}`),
        lost: (what, why) => heard.push(`lost ${what}: ${why}`),
      },
    );
    return {
      life,
      heard,
      posted,
      emitted,
      say: (message: unknown) => events?.message(message),
      events: events!,
      ping: () => ping(),
      stick: () => isStuck = true,
      async end() {
        Reflect.set(globalThis, "clearInterval", () => void intervals--);
        await life.end();
        Reflect.set(globalThis, "clearInterval", platform.clearInterval);
        assert.equal(intervals, 0, "it is asked no more");
      },
    };
  } finally {
    Reflect.set(globalThis, "setInterval", platform.setInterval);
    Reflect.set(globalThis, "clearInterval", platform.clearInterval);
  }
}

const value = { type: "value", id: 7, value: 1 };

Deno.test("each message goes where it belongs, and what is none ends the life", async () => {
  const { say, heard, emitted, events, end } = begun();
  say(value);
  say({ type: "error", id: 8, error: { name: "RangeError", message: "no" } });
  say({ type: "pong" });
  say({ type: "emit", event: "sesame" });
  say({ type: "died", error: { name: "TypeError", message: "not with sesame" } });
  say({ type: "nonsense" });
  events.ended("it fell on sesame");
  events.flooded("too much");
  assert.deepEqual(heard, [
    "value 7",
    "error 8",
    "lost died: uncaught TypeError: not with ***",
    "lost died: it broke the protocol",
    "lost died: it fell on ***",
    "lost flooded: too much",
  ]);
  assert.deepEqual(emitted, ["***"]);
  await end();
});

Deno.test("a life that is over is heard no more, but for its last lines", async () => {
  const { life, say, heard, emitted, end } = begun();
  await end();
  assert.ok(life.isOver);
  heard.length = 0;
  say(value);
  say({ type: "emit", event: 1 });
  say("nonsense");
  say({ type: "log", level: "info", text: "my last words" });
  assert.deepEqual([heard, emitted], [["log info my last words"], []]);
});

Deno.test("so many upcalls and lines are heard between two pings, and then again", async () => {
  const { say, heard, emitted, ping, end } = begun();
  const emit = () => say({ type: "emit", event: 1 });
  const line = (text = "x") => say({ type: "log", level: "info", text });
  emit();
  emit();
  assert.deepEqual([emitted.length, heard], [2, []]);
  emit();
  assert.deepEqual([emitted.length, heard], [2, [
    "lost flooded: more than 4 upcalls in a second",
  ]]);
  heard.length = 0;
  for (let lines = 0; lines < 3; lines++) line();
  ping();
  assert.equal(heard.length, 3, "none was dropped");
  emit();
  assert.equal(emitted.length, 3);
  for (let lines = 0; lines < 5; lines++) line();
  assert.equal(heard.length, 6);
  ping();
  assert.equal(heard.at(-1), "log warning 2 lines of its log were dropped");
  for (let lines = 0; lines < 4; lines++) line();
  ping();
  assert.equal(heard.at(-1), "log warning 1 lines of its log were dropped");
  heard.length = 7;
  ping();
  assert.equal(heard.length, 7);
  line("one\r\n\x1b[2Jtwo\u2028three ses\u0000ame sesame");
  assert.equal(heard.at(-1), "log info one [2Jtwo three ses ame ***");
  await end();
});

Deno.test("a life that answers no ping hangs, at exactly so many; any answer forgives them", async () => {
  const { life, say, heard, posted, ping, end } = begun({ leaves: "a loop goes on" });
  assert.equal(life.leaves, "; a loop goes on");
  for (let turn = 0; turn < 5; turn++) ping();
  assert.deepEqual([posted, heard], [[], []], "a start has a deadline of its own");
  life.methods = [];
  for (const answer of [{ type: "pong" }, value]) {
    ping();
    ping();
    say(answer);
  }
  ping();
  ping();
  assert.deepEqual([posted.length, heard], [6, ["value 7"]]);
  ping();
  assert.deepEqual([posted.length, heard.slice(1)], [6, [
    "lost hung: it answered none of 2 pings; a loop goes on",
  ]]);
  await end();
});

Deno.test("a life that cannot be asked hangs", async () => {
  const { life, heard, ping, stick, end } = begun();
  assert.equal(life.leaves, "");
  life.methods = [];
  stick();
  ping();
  assert.deepEqual(heard, ["lost hung: 32 bytes wait"]);
  await end();
});

Deno.test("what a plugin says of an error has a bound, whatever kind it is", () => {
  const long = "x".repeat(errorCharactersMax + 1);
  const cut = { name: long.slice(1), message: long.slice(1) };
  const error = { name: long, message: long };
  assert.deepEqual(fromPlugin({ type: "died", error }), { type: "died", error: cut });
  assert.deepEqual(fromPlugin({ type: "error", id: 1, error }), {
    type: "error",
    id: 1,
    error: cut,
  });
  assert.deepEqual(fromPlugin({ type: "log", level: "info", text: long }), {
    type: "log",
    level: "info",
    text: long.slice(1),
  });
  assert.deepEqual(fromPlugin({ type: "value", id: 1, value: long }), {
    type: "value",
    id: 1,
    value: long,
  });
  for (const none of [null, {}, { type: "died" }, { type: "log", level: "loud", text: "" }]) {
    assert.equal(fromPlugin(none), undefined);
  }
});
