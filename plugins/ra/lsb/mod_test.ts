import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/ra/conformance.ts";
import type { RaOperation } from "../../handler/ra/contract.ts";
import {
  testingFolder,
  testingPermissions,
  writeProgram,
} from "../../handler/ra/testing_agents.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { readAgent } from "../../../metadata/agents/mod.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const scripts = testingFolder("lsb");
globalThis.addEventListener("unload", () => Deno.removeSync(scripts, { recursive: true }));

writeProgram(
  `${scripts}/daemon`,
  `#!/bin/sh
### BEGIN INIT INFO
# Provides:          daemon
# Required-Start:    $local_fs
# Short-Description: a daemon & more
# Description:       It does
#                    what daemons do.
# X-Interactive:     true
### END INIT INFO
state=${scripts}/.state
case "$1" in
start) : >$state ;;
stop) [ -f $state ] || exit 7; rm $state ;;
status) [ -f $state ] || exit 3 ;;
*) echo "Usage: $0 start|stop|status" >&2; exit 2 ;;
esac
`,
);
writeProgram(`${scripts}/code`, `#!/bin/sh\nexit "$(cat ${scripts}/.code)"\n`);
writeProgram(`${scripts}/README`, "no script", 0o644);

const config = { scripts };
const given = { agent: { type: "daemon" }, parameters: {} };
conform(clauses, { manifest, plugin, config, levels: ["inline", "process"], given });

const permissions = {
  run: ["/bin/sh"],
  read: [...testingPermissions.read],
  write: [...testingPermissions.write],
};
const operation = (type: string, action: string): RaOperation => ({
  resource: "web",
  agent: { type },
  action,
  intervalMs: 0,
  timeoutMs: 5_000,
  parameters: {},
});

Deno.test("exit codes of an init script are those of OCF, by the action", {
  permissions,
}, async () => {
  const api = await plugin(config, testingHost());
  for (
    const [action, code, rc] of [
      ["monitor", 0, 0],
      ["monitor", 1, 7],
      ["monitor", 2, 7],
      ["monitor", 3, 7],
      ["monitor", 4, 1],
      ["monitor", 5, 1],
      ["monitor", 150, 1],
      ["start", 0, 0],
      ["start", 1, 1],
      ["start", 4, 4],
      ["start", 5, 5],
      ["start", 6, 6],
      ["start", 7, 7],
      ["start", 8, 1],
      ["start", 255, 1],
      ["stop", 0, 0],
      ["stop", 1, 1],
      ["stop", 7, 0],
      ["reload", 3, 3],
    ] as const
  ) {
    Deno.writeTextFileSync(`${scripts}/.code`, `${code}`);
    const result = await api.run(operation("code", action));
    assert.deepEqual([result.rc, result.exitCode], [rc, code], `${action} ${code}`);
  }
});

Deno.test("meta-data is made of the header, and of the name where there is none", {
  permissions,
}, async () => {
  const api = await plugin(config, testingHost());
  const read = async (type: string) => {
    const agent = readAgent(await api.describe({ type }));
    assert.ok(agent.ok);
    return agent.value.agent;
  };
  const { short_text, long_text, actions, fields } = await read("daemon");
  assert.equal(short_text?.en, "a daemon & more");
  assert.equal(long_text?.en, "It does what daemons do.");
  assert.deepEqual(actions.map(({ name }) => name), ["start", "stop", "monitor", "reload"]);
  assert.deepEqual(fields, []);
  assert.equal((await read("code")).short_text?.en, "init script code");
  await assert.rejects(async () => await api.describe({ type: "README" }), /not executable/);
  await assert.rejects(async () => await api.describe({ type: "../x" }), /cannot be the name/);
  assert.deepEqual(await api.list(), [{ type: "code" }, { type: "daemon" }]);
});
