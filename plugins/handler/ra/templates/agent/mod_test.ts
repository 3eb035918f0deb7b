import assert from "node:assert/strict";
import { conform } from "../../../conform.ts";
import { testingHost } from "../../../testing_host.ts";
import { clauses } from "../../conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const secrets = decodeURIComponent(new URL("testdata/secrets", import.meta.url).pathname);
const config = { cluster: `test${Deno.pid}`, node: "alice", secrets };
const port = String(20_000 + Deno.pid % 20_000);
const agent = { type: "Example" };

conform(clauses, { manifest, plugin, config, given: { agent, parameters: { port } } });

Deno.test("its page is for those who have the token, and its monitor is one of them", {
  permissions: { run: [Deno.execPath(), "/bin/sh"] },
}, async () => {
  const api = await plugin(config, testingHost());
  const run = async (action: string, token: string) => {
    const more = { resource: "own", intervalMs: 0, timeoutMs: 20_000 };
    return await api.run({ agent, action, parameters: { port, token }, ...more });
  };
  assert.equal((await run("start", "sesame")).rc, 0);
  try {
    assert.equal((await run("monitor", "sesame")).rc, 0);
    const { rc, reason } = await run("monitor", "guessed");
    assert.equal(rc, 1);
    assert.equal(reason, "it answers with status 401");
  } finally {
    assert.equal((await run("stop", "sesame")).rc, 0);
  }
});
