import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses, sample } from "../../handler/notifier/conformance.ts";
import { testingHost } from "../../handler/testing_host.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, { manifest, plugin, config: {} });

Deno.test("notifier/log writes what and why at the level chosen", async () => {
  const host = testingHost();
  const api = await plugin({ level: "warning" }, host);
  await api.notify(sample);
  assert.deepEqual(host.lines, ["warning node alice is lost: no heartbeat for 500 ms"]);
});
