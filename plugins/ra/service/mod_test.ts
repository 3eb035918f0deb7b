import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/ra/conformance.ts";
import {
  testingFolder,
  testingPermissions,
  writeProgram,
} from "../../handler/ra/testing_agents.ts";
import { writeSystemctl } from "../../handler/ra/testing_systemctl.ts";
import { testingHost } from "../../handler/testing_host.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = testingFolder("service");
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const { systemctl, booted, set } = writeSystemctl(folder);
set("web", "inactive dead");
const scripts = `${folder}/init.d`;
const script = (name: string) =>
  writeProgram(
    `${scripts}/${name}`,
    `#!/bin/sh
state=${folder}/${name}.state
case "$1" in
start) : >$state ;;
stop) rm -f $state ;;
status) [ -f $state ] || exit 3 ;;
esac
`,
  );
script("old");
script("web");

const config = { systemctl, booted, scripts };
for (const type of ["web", "old"]) {
  conform(clauses, { manifest, plugin, config, given: { agent: { type }, parameters: {} } });
}
conform(clauses, {
  manifest,
  plugin,
  config,
  levels: ["process"],
  given: { agent: { type: "old" }, parameters: {} },
});

const permissions = {
  run: ["/bin/sh"],
  read: [...testingPermissions.read],
  write: [...testingPermissions.write],
};

Deno.test(
  "a unit comes before a script of the same name, and a script where systemd does not run",
  {
    permissions,
  },
  async () => {
    const run = async (type: string, action: string, change = {}) => {
      const api = await plugin({ ...config, ...change }, testingHost());
      const { rc, output } = await api.run({
        resource: "one",
        agent: { type },
        action,
        intervalMs: 0,
        timeoutMs: 5_000,
        parameters: {},
      });
      return [rc, output] as const;
    };
    const without = { booted: `${folder}/no` };
    set("web", "active running");
    assert.deepEqual(await run("web", "monitor"), [0, "web.service is active (running)"]);
    assert.equal((await run("web", "monitor", without))[0], 7);
    assert.equal((await run("old", "start"))[0], 0);
    assert.equal((await run("old", "monitor", without))[0], 0);
    const [rc, why] = await run("nobody", "monitor");
    assert.equal(rc, 5);
    assert.match(why, /systemd has no unit "nobody", and .*nobody does not exist/);
    assert.match((await run("nobody", "start", without))[1], /systemd does not run here, and/);
  },
);

Deno.test("both kinds are listed, each name once", { permissions }, async () => {
  const api = await plugin(config, testingHost());
  const types = (await api.list()).map(({ type }) => type);
  assert.deepEqual(types, ["dbus", "old", "web"]);
  const without = await plugin({ ...config, booted: `${folder}/no` }, testingHost());
  assert.deepEqual(await without.list(), [{ type: "old" }, { type: "web" }]);
});
