import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/medium/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: { bus: "test", name: "here" },
  given: { other: { name: "there" } },
});

Deno.test("who has left a bus hears nothing, and a packet under way is lost with it", async () => {
  const heard: string[] = [];
  const end = (name: string) =>
    plugin({ bus: "leaving", name }, {
      emit: (event) => heard.push(`${name}: ${JSON.stringify(event)}`),
      log() {},
    });
  const [a, b, c] = [await end("a"), await end("b"), await end("c")];
  // In one breath: it has left before the packet arrives.
  await Promise.all([a.send(Uint8Array.of(1)), b.close?.()]);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(heard.map((line) => line[0]), ["c"]);
  await a.send(Uint8Array.of(2), "b");
  await Promise.resolve();
  assert.deepEqual(heard.map((line) => line[0]), ["c", "c"], "whom nobody knows all hear");
  await a.send(new Uint8Array(65_508));
  assert.match(heard.at(-1) ?? "", /a: .*65508 bytes do not fit into 65507/);
  await a.send(new Uint8Array(65_507));
  await Promise.resolve();
  assert.equal(heard.at(-1)?.[0], "c");
  await a.close?.();
  await c.close?.();
});

Deno.test("who stays on a bus is reached by who comes later, and an empty bus is a new one", async () => {
  const heard: string[] = [];
  const end = (name: string) =>
    plugin({ bus: "staying", name }, { emit: () => heard.push(name), log() {} });
  const [stays, leaves] = [await end("stays"), await end("leaves")];
  await leaves.close?.();
  const later = await end("later");
  await later.send(Uint8Array.of(1));
  await Promise.resolve();
  assert.deepEqual(heard, ["stays"]);
  await Promise.all([stays.close?.(), later.close?.()]);
  const alone = await end("alone");
  await alone.send(Uint8Array.of(1));
  await Promise.resolve();
  assert.deepEqual(heard, ["stays"]);
  await alone.close?.();
});
