import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/ra/conformance.ts";
import type { RaOperation } from "../../handler/ra/contract.ts";
import { statusIn } from "../../handler/ra/program/heartbeat.ts";
import {
  testingFolder,
  testingPermissions,
  writeProgram,
} from "../../handler/ra/testing_agents.ts";
import { testingHost } from "../../handler/testing_host.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const scripts = testingFolder("heartbeat");
globalThis.addEventListener("unload", () => Deno.removeSync(scripts, { recursive: true }));

writeProgram(
  `${scripts}/Thing`,
  `#!/bin/sh
state="${scripts}/.$1"
case "$2" in
start) : >"$state" ;;
stop) rm -f "$state" ;;
status) if [ -f "$state" ]; then echo running; else echo stopped; fi; exit 1 ;;
esac
`,
);
writeProgram(`${scripts}/Arguments`, `#!/bin/sh\nfor one; do printf '<%s>' "$one"; done\n`);

const config = { scripts };
conform(clauses, {
  manifest,
  plugin,
  config,
  levels: ["inline", "process"],
  given: { agent: { type: "Thing" }, parameters: { "1": "a b" } },
});

const permissions = {
  run: ["/bin/sh"],
  read: [...testingPermissions.read],
  write: [...testingPermissions.write],
};

Deno.test("numbered parameters are arguments in their order, before the action", {
  permissions,
}, async () => {
  const api = await plugin(config, testingHost());
  const run = (action: string, parameters: RaOperation["parameters"]) =>
    api.run({
      resource: "one",
      agent: { type: "Arguments" },
      action,
      intervalMs: 0,
      timeoutMs: 5_000,
      parameters,
    });
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`${at + 1}`, `v${at}`]));
  assert.equal(
    (await run("start", { ...many, CRM_meta_timeout: "20000" })).output,
    Array.from({ length: 11 }, (_, at) => `<v${at}>`).join("") + "<start>",
  );
  assert.equal(
    (await run("start", { "1": "$(id) 'x'\n", "2": "" })).output,
    "<$(id) 'x'\n><><start>",
  );
  for (
    const [parameters, why] of [
      [{ "1": "a", "3": "c" }, /parameter "2" is missing/],
      [{ ip: "10.0.0.1" }, /"ip" cannot be the name/],
      [{ "0": "a" }, /"0" cannot be the name/],
      [{ "1": "a\0" }, /NUL/],
      [Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`${at + 1}`, ""])), /at most 16/],
    ] as const
  ) {
    const start = await run("start", parameters);
    assert.equal(start.rc, 6);
    assert.match(start.output, why);
    assert.equal((await run("monitor", parameters)).rc, 7);
    assert.equal((await run("stop", parameters)).rc, 0);
  }
});

Deno.test("what a script prints says whether its resource runs", () => {
  for (const text of ["running", "OK", "IPaddr: running\n", "status: Running (pid 7)", "[ OK ]"]) {
    assert.equal(statusIn(text), 0, text);
  }
  for (
    const text of ["", "stopped", "not running", "is NOT running", "Stopped: it was running", "ok?"]
  ) {
    assert.equal(statusIn(text), 7, text);
  }
});
