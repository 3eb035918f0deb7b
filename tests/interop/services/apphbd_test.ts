/**
 * The original's clients of application heartbeats against our `apphbd`: its test program, and with it
 * the C library. Needs root and the package heartbeat.
 *
 * @module
 */
import assert from "node:assert/strict";
import { commandOf } from "../../../daemons/processes.ts";
import { readNodeConfig } from "../../../daemons/site/node_config/read.ts";
import { filePath } from "../../../pils/found.ts";

const project = filePath(new URL("../../..", import.meta.url));
const scratch = `${project}/.test`;
const program = "/usr/libexec/heartbeat/apphbtest";

/**
 * The library knows one socket, so all of it runs in a `/run` of its own. The programs write to their
 * terminal, here a file.
 */
const script = `set -e
mount -t tmpfs none /run
mkdir /run/heartbeat
program=$1 log=$2 said=$3; shift 3
"$@" 2>"$log" &
daemon=$!
for i in $(seq 200); do [ -S /run/heartbeat/apphb.comm ] && break; sleep 0.1; done
set +e
{
  timeout 20 $program -n 4 -p 10 -i 300 -d
  echo "result $?"
  timeout 30 $program -n 1 -p 1 -i 300 -d -F
  echo "result $?"
} >"$said" 2>&1
sleep 1
kill $daemon
wait $daemon
exit 0`;

const isRoot =
  Deno.permissions.querySync({ name: "run", command: "unshare" }).state === "granted" &&
  await new Deno.Command("/bin/sh", {
    args: ["-c", `[ "$(id -u)" = 0 ] && [ -x ${program} ] && unshare --mount true`],
    stderr: "null",
  }).output().then(({ success }) => success, () => false);

Deno.test({
  name: "apphbtest of the original registers, beats, is late and hangs up as with its own daemon",
  ignore: !isRoot,
  permissions: { read: [project], write: [scratch], run: ["unshare"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "apphbtest_" });
    try {
      const text = JSON.stringify({
        ...{ cluster: "c", node: "alice", nodes: ["alice"], authkeys: `${folder}/authkeys` },
        ...{ state: `${folder}/state`, run: "/run/heartbeat", applications: {} },
        media: [{ plugin: "medium/ucast", address: "127.0.0.1", port: 6949, peers: [] }],
      });
      const configFile = `${folder}/node.json`;
      await Deno.writeTextFile(configFile, text);
      const config = readNodeConfig(text);
      assert.ok(config.ok);
      const deno = Deno.execPath();
      const words = commandOf("apphbd", config.value, { project, configFile, deno });
      const [log, said] = [`${folder}/log`, `${folder}/said`];
      await new Deno.Command("unshare", {
        args: ["--mount", "/bin/sh", "-c", script, "sh", program, log, said, deno, ...words],
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output();
      judge(await Deno.readTextFile(log), await Deno.readTextFile(said));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

function judge(log: string, said: string): void {
  assert.deepEqual(said.match(/result \d+/g), ["result 0", "result 0"], said);
  assert.doesNotMatch(said, /failure/, said);
  const events = (what: string) => log.split("\n").filter((line) => line.includes(what));
  // Ten that behave, and one more of the second run; nobody of them is announced as anything else.
  const normal = events("apphb_normal");
  assert.equal(normal.filter((line) => line.endsWith("unregistered")).length, 11, log);
  assert.equal(normal.length, 11, log);
  // The one that is to fail is late, and hangs up in the end.
  const failing = events("failtest");
  assert.ok(failing.some((line) => line.includes("is late with its heartbeat")), log);
  assert.equal(failing.filter((line) => line.includes("hung up")).length, 1, log);
}
