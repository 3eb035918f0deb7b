import assert from "node:assert/strict";
import { isLine } from "../runtime/logging/ordered.ts";
import { type Client, OutputQueue } from "./output_queue.ts";
import type { QueueBounds } from "./types.ts";

const pure = { permissions: "none" } as const;
const bounds: QueueBounds = { linesMax: 100, allLinesMax: 200, allBytesMax: 1_000_000 };

const client = (id: string, door: Client["door"]): Client => ({
  id,
  name: id,
  door,
  returns: door === "node",
});

/** Offers lines of a client, from one number to another. */
function offer(queue: OutputQueue, id: string, from: number, to: number, severity = 6): void {
  for (let at = from; at <= to; at++) {
    const value = { entity: id, facility: 24, severity, atMs: at, text: `${at}` };
    queue.offer(id, { first: at, last: at, fromMs: at, toMs: at, severity, bytes: 10, value });
  }
}

/** How many lines are written of each client, and how many are lost, in all that waits. */
function written(queue: OutputQueue): Record<string, readonly [lines: number, lost: number]> {
  const all: Record<string, [number, number]> = {};
  for (let taken; (taken = queue.take()) !== undefined; queue.done()) {
    for (const { client, item } of taken.items) {
      const counts = all[client.id] ??= [0, 0];
      if (isLine(item)) counts[0]++;
      else counts[1] += item.count;
    }
  }
  return all;
}

Deno.test("applications that flood lose their own lines, and no daemon loses one", pure, () => {
  const queue = new OutputQueue(bounds, () => true);
  queue.came(client("crmd", "node"), 1, 0);
  offer(queue, "crmd", 1, 50);
  for (let count = 0; count < 20; count++) {
    queue.came(client(`app${count}`, "local"), 1, 0);
    offer(queue, `app${count}`, 1, 500);
    assert.ok(queue.lines <= bounds.allLinesMax, `${queue.lines}`);
  }
  offer(queue, "crmd", 51, 100);
  assert.ok(queue.lines <= bounds.allLinesMax, `${queue.lines}`);
  const all = written(queue);
  assert.deepEqual(all["crmd"], [100, 0]);
  for (let count = 0; count < 20; count++) {
    const [lines, lost] = all[`app${count}`] ?? [0, 0];
    assert.equal(lines + lost, 500, `app${count}`);
  }
  assert.equal(queue.lines, 0);
});

Deno.test("daemons and applications have turns alternately, and so has each of them", pure, () => {
  const queue = new OutputQueue({ ...bounds, allLinesMax: 1_000 }, () => true);
  for (const [id, door] of [["a", "local"], ["b", "local"], ["crmd", "node"]] as const) {
    queue.came(client(id, door), 1, 0);
    offer(queue, id, 1, 64);
  }
  const order = queue.take()?.items.map(({ client }) => client.id) ?? [];
  const turns = order.filter((id, at) => id !== order[at - 1]);
  assert.deepEqual(turns.slice(0, 7), ["crmd", "a", "crmd", "b", "crmd", "a", "crmd"]);
});

Deno.test("a line that an output does not want is settled, and not counted", pure, () => {
  const queue = new OutputQueue(bounds, ({ severity }) => severity <= 4);
  queue.came(client("crmd", "node"), 1, 0);
  offer(queue, "crmd", 1, 9);
  offer(queue, "crmd", 10, 10, 3);
  offer(queue, "crmd", 11, 12);
  const taken = queue.take();
  assert.deepEqual(taken?.items.map(({ item }) => item.first), [10]);
  assert.deepEqual(taken?.progress, [["crmd", 12]]);
  assert.equal(queue.settled("crmd"), 0, "nothing is written yet");
  queue.done();
  assert.equal(queue.settled("crmd"), 12);
  assert.deepEqual(queue.counts().get("crmd"), {
    submitted: 1,
    delivered: 1,
    lost: 0,
    waiting: 0,
  });
});

Deno.test(
  "what an earlier life has written is not written again, and what it never had is lost",
  pure,
  () => {
    const queue = new OutputQueue(bounds, () => true);
    queue.restore([["known", 7], ["behind", 2]]);
    queue.came(client("known", "node"), 5, 0);
    offer(queue, "known", 5, 9);
    queue.came(client("behind", "node"), 5, 0);
    offer(queue, "behind", 5, 5);
    assert.deepEqual(written(queue), { known: [2, 0], behind: [1, 2] });
    const silent = new OutputQueue(bounds, () => true);
    silent.restore([["silent", 2]]);
    silent.came(client("silent", "node"), 5, 0);
    assert.deepEqual(written(silent), { silent: [0, 2] }, "also if nothing follows");
  },
);

Deno.test("of clients that left and may come back only so many are remembered", pure, () => {
  const queue = new OutputQueue(bounds, () => true);
  for (let count = 0; count < 300; count++) {
    queue.came(client(`c${count}`, "node"), 1, 0);
    offer(queue, `c${count}`, 1, 1);
    written(queue);
    queue.left(`c${count}`);
  }
  assert.equal(queue.counts().size, 200);
  for (let count = 0; count < 300; count++) {
    queue.came(client(`app${count}`, "local"), 1, 0);
    offer(queue, `app${count}`, 1, 1);
    queue.left(`app${count}`);
    written(queue);
  }
  assert.equal(queue.counts().size, 200, "others are forgotten once they are written");
});
