/**
 * What daemons keep of long texts of others, and by how many MB the heap grows for it. Needs
 * `--v8-flags=--expose-gc`.
 *
 * @module
 */
import { readCib } from "../daemons/cib/change.ts";
import { lrmd } from "../daemons/lrmd/core.ts";
import type { LrmOperation } from "../daemons/runtime/messages.ts";
import { fenceAnswer } from "../daemons/stonithd/answers.ts";
import { fencingOf } from "../daemons/stonithd/devices.ts";

const longCharacters = 4_000_000;
const times = 20;
const long = "y".repeat(longCharacters);
/** As it comes from outside: one text in memory. */
const received = (text: string): string => JSON.parse(JSON.stringify([text]))[0];

const machine = lrmd({ classes: { deno: { plugin: "ra/deno", config: {} } }, parallelMax: 8 });
const start = { type: "start", at: 0, wallMs: 0, seed: 1, node: "a", saved: new Map() } as const;
machine.step(machine.state, start);
const result = { ok: true } as const;
machine.step(machine.state, {
  type: "loaded",
  at: 0,
  instance: "ra:deno",
  result: { ...result, value: "" },
});

/** An agent's plugin answers with a long output; the machine keeps the result. */
function agent(time: number): void {
  const operation: LrmOperation = {
    resource: `r${time}`,
    agent: { class: "deno", type: "Dummy" },
    action: "monitor",
    intervalMs: 0,
    timeoutMs: 1_000,
    startDelayMs: 0,
    parameters: {},
    transitionKey: "",
  };
  const from = { node: "a", service: "crmd" };
  machine.step(machine.state, {
    type: "message",
    at: 1,
    from,
    message: { type: "lrm/execute", id: `${time}`, operation },
  });
  const value = { rc: 0, timedOut: false, output: received(`${time} ${long}`) };
  const id = `${machine.state.lastNumber}`;
  machine.step(machine.state, { type: "reply", at: 2, id, result: { ok: true, value } });
}

const device = (time: number): string =>
  received(
    `<cib><primitive id="a-device-${time}-of-this-cluster" class="stonith" type="process"/>` +
      `<mark is="${long}"/></cib>`,
  );

const keeps: Readonly<Record<string, (time: number) => unknown>> = {
  cib: (time) => readCib(device(time)).children[0],
  devices: (time) => fencingOf(device(time)),
  agent,
  fencing: () => fenceAnswer({ ok: true, value: { ok: false, detail: received(long) } }),
};

const heapMb = (): number => {
  Reflect.get(globalThis, "gc")();
  return Deno.memoryUsage().heapUsed / 1e6;
};

for (const [name, keep] of Object.entries(keeps)) {
  const kept: unknown[] = [];
  const before = heapMb();
  for (let time = 0; time < times; time++) kept.push(keep(time));
  console.log(name, Math.round(heapMb() - before), kept.length);
}
