import assert from "node:assert/strict";
import { markOf, md5Of, newKey } from "../../../metadata/secrets/digest.ts";
import type { Ra, RaOperation, RaResult } from "./contract.ts";
import { testingFolder } from "./testing_agents.ts";
import { withSecrets } from "./with_secrets.ts";

const folder = testingFolder("secrets");
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const permissions = { read: [folder], run: ["/bin/sh"] };
const secret = "correct horse";
const key = newKey();
const write = (path: string, text: string) =>
  Deno.writeTextFileSync(`${folder}/${path}`, text, { mode: 0o600 });
Deno.mkdirSync(`${folder}/db`, { mode: 0o700 });
write(".digest-key", key);
write("db/password", secret);
write("db/password.sign", await md5Of(secret));
const reference = `lrm://${await markOf(key, ["db", "password", secret])}`;

/** A class that keeps what it is given, and answers as it is asked to. */
function trial(answer: Partial<RaResult> = {}) {
  const given: RaOperation[] = [];
  const ra: Ra = {
    list: () => [],
    describe: () => "",
    run(operation) {
      given.push(operation);
      return Promise.resolve({ rc: 0, timedOut: false, output: "", ...answer });
    },
    close() {},
  };
  const run = (action: string, change: Partial<RaOperation> = {}) =>
    withSecrets(ra, folder).run({
      resource: "db",
      agent: { type: "any" },
      action,
      intervalMs: 0,
      timeoutMs: 1_000,
      parameters: { password: reference, user: "ha" },
      ...change,
    });
  return { given, run };
}
const wrong = { parameters: { password: `lrm://${"0".repeat(32)}`, user: "ha" } };

Deno.test("the agent gets the text of a secret, and everything else as it is", {
  permissions,
}, async () => {
  const { given, run } = trial();
  assert.equal((await run("start")).rc, 0);
  assert.deepEqual({ ...given[0]?.parameters }, { user: "ha", password: secret });
  await run("start", { parameters: { user: "ha" } });
  assert.deepEqual(given[1]?.parameters, { user: "ha" });
});

Deno.test("without its secret nothing is started, with the reason and the fix", {
  permissions,
}, async () => {
  for (const action of ["start", "promote", "migrate_from", "reload", "reload-agent", "other"]) {
    const { given, run } = trial();
    const { rc, noSecrets, reason, output } = await run(action, wrong);
    assert.deepEqual([rc, noSecrets, given.length], [5, true, 0], action);
    assert.match(
      reason ?? "",
      /secret "password" of "db": .*Fix: ha resource secret set db password/,
    );
    assert.equal(output, reason);
  }
});

Deno.test(
  "what runs is watched and stopped without its secret, which no agent gets as a reference",
  {
    permissions,
  },
  async () => {
    for (const action of ["stop", "demote", "migrate_to", "notify", "monitor"]) {
      const { given, run } = trial();
      assert.deepEqual([await run(action, wrong)].map(({ rc, noSecrets }) => [rc, noSecrets]), [
        [0, undefined],
      ], action);
      assert.deepEqual(given.map(({ parameters }) => parameters), [{ user: "ha" }], action);
    }
    const probe = await trial({ rc: 7 }).run("monitor", wrong);
    assert.deepEqual(
      [probe.rc, probe.noSecrets],
      [5, true],
      "a probe says that it cannot start here",
    );
    const repeated = await trial({ rc: 1 }).run("monitor", { ...wrong, intervalMs: 1_000 });
    assert.equal(repeated.rc, 1);
    assert.match(repeated.reason ?? "", /is not the secret that the CIB names/);
  },
);

Deno.test(
  "no secret comes back in what an agent says, in whatever form",
  { permissions },
  async () => {
    const says = `+ connect ${secret}\n${btoa(secret)} ${encodeURIComponent(secret)}`;
    const { run } = trial({ rc: 1, output: says, reason: `cannot use ${secret}` });
    const { output, reason } = await run("start");
    assert.equal(output, "+ connect ***\n*** ***");
    assert.equal(reason, "cannot use ***");
    // An open one is none for the CIB, but no reason to have it in every log.
    const open = await run("start", { parameters: { admin_password: "correct horse" } });
    assert.equal(open.reason, "cannot use ***");
    // The end of an output is kept: it may begin within a secret.
    const cut = `${secret.slice(4)}${"x".repeat(4_096 - secret.length + 4)}`;
    const { output: end } = await trial({ output: cut }).run("start");
    assert.match(end, /^x+$/);
  },
);
