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
