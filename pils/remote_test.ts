import assert from "node:assert/strict";
import { errorCharactersMax } from "./errors.ts";
import type { Connect } from "./life.ts";
import type { PluginFault } from "./loader_types.ts";
import type { ToPlugin } from "./message.ts";
import { startRemote } from "./remote.ts";
import { type Order, usualLimits } from "./running.ts";
import { playedOrder } from "./testdata/played_order.ts";

/** What a plugin that is played here says to a message; nothing is said by itself. */
type Play = (
  message: ToPlugin,
  say: (message: unknown) => void,
  die: (why: string) => void,
) => void;

/** Starts what plays one life after the other; a life without a play cannot even begin. */
function start(...lives: readonly (Play | undefined)[]) {
  const faults: PluginFault["what"][] = [];
  const log: string[] = [];
  let begun = 0;
  const connect: Connect = (_order, events) => {
    const play = lives[Math.min(begun++, lives.length - 1)];
    if (play === undefined) throw new Error("no more processes");
    return {
      post: (message) => play(message, events.message, events.ended),
      end: () => Promise.resolve(),
    };
  };
  const order: Order = {
    ...playedOrder,
    log: (_level, text) => log.push(text),
    hide: (text) => text.replaceAll("sesame", "***"),
    hideIn: (value) => value,
    onFault: ({ what }) => (faults.push(what), told(what)),
  };
  const it = { faults, log, onFault: (_what: PluginFault["what"]): void => {} };
  const told = (what: PluginFault["what"]) => it.onFault(what);
  return Object.assign(it, { started: startRemote(order, connect) });
}

/** Has one method besides one that its contract does not know, and answers with what it was told. */
const honest: Play = (message, say) => {
  if (message.type === "ping") return say({ type: "pong" });
  const { id } = message;
  if (message.type === "start") return say({ type: "value", id, value: ["say", "shell"] });
  say({ type: "value", id, value: message.type === "call" ? message.parameters[0] : undefined });
};

Deno.test("only what the contract has can be called", async () => {
  const { api, methods, close } = await start(honest).started;
  assert.deepEqual(methods, ["say"]);
  assert.deepEqual(Object.keys(api), ["say"]);
  assert.equal(await api["say"]?.("hello"), "hello");
  await close(500);
  await assert.rejects(async () => await api["say"]?.("more"), /is closed/);
});

Deno.test("what breaks the protocol in the breath of its start has not started", async () => {
  const { started, faults } = start((message, say) => {
    if (message.type === "start") say({ type: "value", id: message.id, value: ["say"] });
    say("nonsense");
  });
  await assert.rejects(started, /ended as soon as it was started/);
  assert.deepEqual(faults, []);
});

Deno.test("a start that is answered by no list gives a plugin without methods", async () => {
  const { started } = start((message, say) =>
    message.type !== "ping" && say({ type: "value", id: message.id, value: "say" })
  );
  const { methods, close } = await started;
  assert.deepEqual(methods, []);
  await close(500);
});

Deno.test("an answer to what nobody asked ends it; the next life answers", async () => {
  const liar: Play = (message, say, die) => {
    if (message.type !== "call") return honest(message, say, die);
    say({ type: "value", id: message.id + 1, value: "a lie" });
  };
  const { started, faults } = start(liar, honest);
  const { api, restarts, close } = await started;
  await assert.rejects(async () => await api["say"]?.("truth"), /which nobody made/);
  assert.equal(await api["say"]?.("truth"), "truth", "a call waits for the life to come");
  assert.deepEqual(faults, ["died", "restarted"]);
  assert.equal(restarts(), 1);
  await close(500);
});

Deno.test("a restart that cannot even begin is tried again, within the bounds", async () => {
  const mortal: Play = (message, say, die) =>
    message.type === "call" ? die("it fell") : honest(message, say, die);
  const lucky = start(mortal, undefined, honest);
  const { api, close } = await lucky.started;
  await assert.rejects(async () => await api["say"]?.("one"), /ended before it answered: it fell/);
  await assert.rejects(async () => await api["say"]?.("two"), /no more processes/);
  assert.equal(await api["say"]?.("three"), "three");
  assert.deepEqual(lucky.faults, ["died", "died", "restarted"]);
  await close(500);

  const hopeless = start(mortal, undefined);
  const gone = await hopeless.started;
  for (const call of ["one", "two", "three"]) {
    await assert.rejects(async () => await gone.api["say"]?.(call));
  }
  await assert.rejects(
    async () => await gone.api["say"]?.("four"),
    /given up: it was restarted 2 times within 60000 ms; the last time no more processes/,
  );
  assert.deepEqual(hopeless.faults, ["died", "died", "died", "given up"]);
  await gone.close(500);
});

Deno.test("the pause before a restart doubles each time", async () => {
  const beganAt: number[] = [];
  const connect: Connect = (_order, { message, ended }) => {
    beganAt.push(performance.now());
    if (beganAt.length > 1) throw new Error("no more processes");
    return {
      post: (to) => to.type === "call" ? ended("it fell") : honest(to, message, ended),
      end: () => Promise.resolve(),
    };
  };
  const limits = { ...playedOrder.limits, restartDelayMs: 40, restartsMax: 3 };
  const { api, close } = await startRemote({ ...playedOrder, limits }, connect);
  for (let call = 0; call < 4; call++) {
    await assert.rejects(async () => await api["say"]?.("again"));
  }
  assert.equal(beganAt.length, 4);
  const gapsMs = beganAt.slice(1).map((at, life) => at - (beganAt[life] ?? 0));
  // A timer may fire a little early.
  for (const [life, wantedMs] of [40, 80, 160].entries()) {
    assert.ok((gapsMs[life] ?? 0) > wantedMs - 2, `${gapsMs[life]} ms before life ${life + 2}`);
  }
  await close(500);
});

Deno.test("what dies while it closes is closed", async () => {
  const { started } = start((message, say, die) =>
    message.type === "close" ? die("it is gone") : honest(message, say, die)
  );
  await (await started).close(500);
});

Deno.test("a plugin that hangs while it closes is reported to the caller, not taken for dead", async () => {
  const { started } = start((message, say, die) => {
    if (message.type === "ping" || message.type === "close") return;
    honest(message, say, die);
  });
  const pingsAllMs = 10 * (usualLimits.pingsMissedMax + 2);
  const late = new RegExp(`did not close within ${3 * pingsAllMs} ms`);
  await assert.rejects((await started).close(3 * pingsAllMs), late);
});

Deno.test("a secret in its last output is hidden from the caller that waits", async () => {
  const it = start((message, say, die) =>
    message.type === "call" ? die("it cannot log in with sesame") : honest(message, say, die)
  );
  const { api, close } = await it.started;
  for (let life = 0; life < 3; life++) {
    await assert.rejects(async () => await api["say"]?.("it"), /cannot log in with \*\*\*/);
  }
  await assert.rejects(async () => await api["say"]?.("it"), /given up.* log in with \*\*\*/);
  assert(!it.log.join().includes("sesame"));
  await close(500);
});

Deno.test("who calls while a fault is told is answered by the life to come", async () => {
  const mortal: Play = (message, say, die) =>
    message.type === "call" ? die("it fell") : honest(message, say, die);
  const it = start(mortal, honest);
  const { api, close } = await it.started;
  const answer = Promise.withResolvers<unknown>();
  it.onFault = (what) => what === "died" && answer.resolve(api["say"]?.("at once"));
  await assert.rejects(async () => await api["say"]?.("one"), /it fell/);
  assert.equal(await answer.promise, "at once");
  await close(500);
});

Deno.test("a line of the log has a bound, with any author", async () => {
  const it = start((message, say, die) => {
    if (message.type === "call") {
      say({ type: "log", level: "info", text: "x".repeat(errorCharactersMax + 1) });
    }
    honest(message, say, die);
  });
  const { api, close } = await it.started;
  await api["say"]?.("it");
  assert.deepEqual(it.log.map(({ length }) => length), [errorCharactersMax]);
  await close(500);
});

Deno.test("restarts are so many milliseconds apart that the pauses double from the first", async () => {
  const pauses: number[] = [];
  const { setTimeout: platform } = globalThis;
  Reflect.set(globalThis, "setTimeout", (run: () => void, ms: number) => {
    const isPause = ms >= 10 && ms < 500;
    if (isPause) pauses.push(ms);
    return platform(run, isPause ? 1 : ms);
  });
  try {
    const connect: Connect = (_order, { message, ended }) => {
      if (pauses.length > 0) throw new Error("no more processes");
      return {
        post: (to) => to.type === "call" ? ended("it fell") : honest(to, message, ended),
        end: () => Promise.resolve(),
      };
    };
    const limits = { ...playedOrder.limits, pingMs: 60_000, restartDelayMs: 10, restartsMax: 4 };
    const { api, close } = await startRemote({ ...playedOrder, limits }, connect);
    for (let call = 0; call < 5; call++) {
      await assert.rejects(async () => await api["say"]?.("again"));
    }
    assert.deepEqual(pauses, [10, 20, 40, 80]);
    await close(5_000);
  } finally {
    Reflect.set(globalThis, "setTimeout", platform);
  }
});
