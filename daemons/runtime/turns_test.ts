import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { allUnansweredMax, Turns, unansweredMax } from "./turns.ts";

/** Asks on and on, as fast as it gets turns. */
function asking(turns: Turns<string>, client: string, count: number, run: (n: number) => void) {
  const ask = (n: number) => {
    if (n >= count || ended.has(turns)) return;
    turns.take(client, () => {
      run(n);
      queueMicrotask(() => ask(n + 1));
    });
  };
  ask(0);
}

/** Those in which nobody asks any more. */
const ended = new WeakSet<Turns<string>>();

/** Ends what a test leaves: a timer that is left behind would end in another test. */
const over = (turns: Turns<string>, ...clients: readonly string[]) => {
  ended.add(turns);
  for (const client of clients) turns.gone(client);
  turns.close();
};

const round = () => new Promise<void>((resolve) => void setImmediate(resolve));

Deno.test("who asks much waits behind who asks little", async () => {
  const turns = new Turns<string>();
  const order: string[] = [];
  asking(turns, "much", 100, () => {
    order.push("much");
    turns.answered("much");
  });
  for (let turn = 0; turn < 5; turn++) await round();
  const before = order.length;
  assert.ok(before < 10, `everything else had no turn while ${before} were taken`);
  turns.take("little", () => order.push("little"));
  while (order.length < 101) await round();
  assert.ok(order.indexOf("little") <= before + 1);
  over(turns);
});

Deno.test("no more is taken from a client whose work is unanswered, until much later", async () => {
  const turns = new Turns<string>();
  let taken = 0;
  asking(turns, "silent", 1_000, () => taken++);
  for (let turn = 0; turn < 50; turn++) await round();
  assert.equal(taken, unansweredMax);
  turns.answered("silent");
  await round();
  await round();
  assert.equal(taken, unansweredMax + 1);
  turns.forgive();
  for (let turn = 0; turn < 50; turn++) await round();
  assert.equal(taken, 2 * unansweredMax + 1);
  over(turns);
});

Deno.test("many clients share what may be unanswered, and each has some of it", async () => {
  const turns = new Turns<string>();
  const taken = new Map<string, number>();
  const names = Array.from({ length: 100 }, (_, at) => `c${at}`);
  for (const name of names) {
    asking(turns, name, 1_000, () => taken.set(name, (taken.get(name) ?? 0) + 1));
  }
  for (let turn = 0; turn < 500; turn++) await round();
  const all = [...taken.values()];
  assert.equal(all.length, names.length);
  assert.ok(Math.max(...all) <= 2);
  assert.ok(all.reduce((a, b) => a + b) <= names.length + allUnansweredMax);
  over(turns);
});

Deno.test("who goes holds nobody up, and what it waits for ends", async () => {
  const turns = new Turns<string>();
  const order: string[] = [];
  turns.take("a", () => order.push("a"));
  turns.take("b", () => order.push("b ended"));
  turns.take("c", () => order.push("c"));
  turns.gone("b");
  assert.deepEqual(order, ["a", "b ended"]);
  await round();
  assert.deepEqual(order, ["a", "b ended", "c"]);
  over(turns);
});

Deno.test("those who ask on and on have a share of the time, and who asks now does not wait for it", async () => {
  const turns = new Turns<string>();
  const names = Array.from({ length: 100 }, (_, at) => `c${at}`);
  let taken = 0;
  for (const name of names) {
    asking(turns, name, Infinity, () => {
      taken++;
      turns.answered(name);
    });
  }
  const until = performance.now() + 300;
  while (performance.now() < until) await round();
  // 40 ms at once, and then a quarter of the time; each message counts for 0.1 ms at least.
  const most = 2 * names.length + 400 + 10 * 0.25 * 1.5 * (performance.now() - until + 300);
  assert.ok(taken <= most, `${taken} were taken; ${Math.round(most)} may`);
  let now = false;
  turns.take("d", () => now = true);
  for (let turn = 0; turn < 3; turn++) await round();
  assert.ok(now);
  over(turns, ...names, "d");
});

Deno.test("where all have gone and others come, those have their turns and their share", async () => {
  const turns = new Turns<string>();
  const asked = async (client: string) => {
    let taken = 0;
    asking(turns, client, 450, () => {
      taken++;
      turns.answered(client);
    });
    // More than the 40 ms of work that it may owe, at 0.1 ms each: it has paid meanwhile.
    const until = performance.now() + 5_000;
    while (taken < 450 && performance.now() < until) await round();
    assert.ok(taken === 450, `${client}: ${taken}`);
    turns.gone(client);
  };
  await asked("first");
  turns.close();
  await asked("second");
  over(turns, "second");
});

Deno.test("what those who have gone were not answered counts for nobody", async () => {
  const turns = new Turns<string>();
  for (let client = 0; client < allUnansweredMax; client++) {
    turns.take(`c${client}`, () => {});
    await round();
  }
  for (let client = 0; client < allUnansweredMax; client++) turns.gone(`c${client}`);
  let taken = 0;
  asking(turns, "alone", 1_000, () => taken++);
  for (let turn = 0; turn < 50; turn++) await round();
  assert.equal(taken, unansweredMax);
  over(turns, "alone");
});
