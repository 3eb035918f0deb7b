import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { beatMs, notifyScript } from "./service_manager.ts";

const here = filePath(new URL(".", import.meta.url));
const scratch = filePath(new URL("../../.test", import.meta.url));

async function say(env: Readonly<Record<string, string>>) {
  const { code } = await new Deno.Command("/bin/sh", {
    args: ["-c", notifyScript, "sh", "READY=1"],
    clearEnv: true,
    env,
    stdin: "null",
    stderr: "null",
  }).output();
  return code;
}

Deno.test("systemd hears by its own program; without it nobody is told", {
  permissions: { read: [scratch], write: [scratch], run: ["/bin/sh"] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "notify_" });
  try {
    const program = `${folder}/systemd-notify`;
    await Deno.writeTextFile(program, `#!/bin/sh\necho "$1" >>"${folder}/said"\n`, { mode: 0o700 });
    assert.equal(await say({ PATH: folder, NOTIFY_SOCKET: "/run/notify" }), 0);
    assert.equal(await Deno.readTextFile(`${folder}/said`), "READY=1\n");
    assert.equal(await say({ PATH: folder }), 3, "not started by systemd");
    assert.equal(await say({ PATH: "/nowhere", NOTIFY_SOCKET: "/run/notify" }), 3, "not there");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the unit has what the recovery manager needs", { permissions: { read: [here] } }, () => {
  const unit = Deno.readTextFileSync(`${here}/ha.service`);
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
  assert.ok(Number(value("WatchdogSec")) * 1_000 >= 2 * beatMs);
  // 64: called in the wrong way. 78: its configuration cannot be used. Neither gets better.
  assert.equal(value("RestartPreventExitStatus"), "64 78");
  assert.deepEqual(["Type", "NotifyAccess", "KillMode"].map(value), ["notify", "all", "mixed"]);
  // The services of a node are moved first: stopMs of each machine, 75 s for each of its daemons.
  assert.ok(Number(value("TimeoutStopSec")) >= 5 * 75);
});
