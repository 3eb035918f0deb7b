/** The accounting of `logd` in made-up worlds. */
import assert from "node:assert/strict";
import { World, type WorldClient } from "./testing_world.ts";
import type { LogdConfig } from "./types.ts";

const pure = { permissions: "none" } as const;

const config: LogdConfig = {
  outputs: [{ type: "file", path: "/log", severity: 7 }],
  bounds: { linesMax: 40, allLinesMax: 100, allBytesMax: 100_000 },
  severity: 7,
};

/** Numbers from 0 to below 1. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

/** What a file says of a client: its lines, and the sum of those that are lost. */
function saidOf(lines: readonly string[], { name }: WorldClient) {
  const own = lines.filter((line) => line.includes(` ${name}: `));
  const numbers = own.flatMap((line) => /: n(\d+)$/.exec(line)?.slice(1).map(Number) ?? []);
  const lost = own.map((line) => Number(/: (\d+) lines? lost between/.exec(line)?.[1] ?? 0));
  return { numbers, lost: lost.reduce((sum, one) => sum + one, 0) };
}

function settle(world: World): void {
  for (const file of world.files) file.full = false;
  for (let round = 0; round < 200; round++) {
    world.pass(1_000);
    for (const client of world.clients) {
      if (!client.alive) continue;
      world.connect(client);
      world.deliver(client, 20);
    }
    for (const at of world.files.keys()) world.work(at);
    const isQuiet = world.clients.every(({ alive, outbox }) => !alive || outbox.isEmpty);
    if (isQuiet && world.files.every(({ batch }) => batch === undefined) && round > 20) return;
  }
}

function submit(client: WorldClient, random: () => number, now: number): void {
  const number = client.outbox.counts.submitted + 1;
  client.outbox.submit(2 + Math.floor(random() * 6), now, {
    entity: client.name,
    text: `n${number}`,
  });
}

/** One thing that happens. */
function happens(world: World, random: () => number, deaths: boolean): void {
  const client = world.clients[Math.floor(random() * world.clients.length)]!;
  const file = Math.floor(random() * world.files.length);
  const dice = random();
  if (dice < 0.4) {
    for (let count = Math.floor(random() * 30); client.alive && count > 0; count--) {
      submit(client, random, world.now);
    }
  } else if (dice < 0.6) world.deliver(client, Math.floor(random() * 25));
  else if (dice < 0.75) world.work(file, random() < 0.3 ? Math.floor(random() * 6) : Infinity);
  else if (dice < 0.85) world.pass(Math.floor(random() * 3_000));
  else if (dice < 0.93) client.alive && world.connect(client);
  else if (dice < 0.95) world.disconnect(client);
  else if (dice < 0.97) world.files[file]!.full = random() < 0.5;
  else if (dice < 0.99) deaths && world.kill(random() < 0.5);
  else if (random() < 0.1) {
    client.alive = false;
    world.disconnect(client);
  }
}

for (const outputs of [1, 2]) {
  Deno.test(
    `delivered and lost lines are those submitted, for each client and ${outputs} outputs`,
    pure,
    () => {
      for (let seed = 1; seed <= 60; seed++) {
        const random = randomOf(seed * 7 + outputs);
        const world = new World({
          ...config,
          outputs: Array.from(
            { length: outputs },
            (_, at) => ({ ...config.outputs[0]!, path: `/${at}` }),
          ),
        });
        for (let count = 0; count < 4; count++) world.client({ linesMax: 50, bytesMax: 4_000 });
        for (let count = 0; count < 600; count++) happens(world, random, true);
        settle(world);
        for (const [at, { lines }] of world.files.entries()) {
          for (const client of world.clients) {
            const { numbers, lost } = saidOf(lines, client);
            const where = `seed ${seed}, output ${at}, ${client.name}`;
            assert.deepEqual(
              numbers,
              [...new Set(numbers)].sort((a, b) => a - b),
              `${where}: once, in order`,
            );
            const { submitted, waiting } = client.outbox.counts;
            if (client.alive) {
              assert.equal(waiting, 0, `${where}: nothing waits`);
              assert.equal(numbers.length + lost, submitted, where);
            } else assert.ok(numbers.length + lost <= submitted, where);
          }
        }
      }
    },
  );
}
