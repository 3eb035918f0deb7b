import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses, sample } from "../../handler/notifier/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, { manifest, plugin, config: {} });

Deno.test("notifier/log writes what and why at the level chosen", async () => {
  const lines: string[] = [];
  const api = await plugin({ level: "warning" }, {
    emit() {},
    log: (level, text) => void lines.push(`${level} ${text}`),
  });
  await api.notify(sample);
  assert.deepEqual(lines, ["warning node alice is lost: no heartbeat for 500 ms"]);
});
