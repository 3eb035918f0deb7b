/**
 * A whole node recovers an application that crashes whenever it is started: its script runs as often as
 * the node configuration allows, and then the application is given up. Needs a shell.
 *
 * @module
 */
import assert from "node:assert/strict";
import { managerWords } from "../../../daemons/recoverymgrd/doors/manager_words.ts";
import { pause } from "../../../metadata/timer.ts";
import { filePath } from "../../../pils/found.ts";

const project = filePath(new URL("../../..", import.meta.url));
const scratch = `${project}/.test`;
const deno = Deno.execPath();
/** Milliseconds in which all of it has happened, on a machine that does other things too. */
const overMs = 30_000;

Deno.test({
  name: "an application that crashes again and again is started so often, then given up",
  permissions: { read: [project], write: [scratch], run: [deno, "/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "recovery_" });
    const socket = `${folder}/run/apphb.comm`;
    const words = [
      ...["run", "--no-prompt", "--quiet", "--cached-only", `--config=${project}/deno.json`],
      ...[`--allow-net=unix:${socket}`, `--allow-read=${socket}`, `--allow-write=${socket}`],
      ...[`${project}/tests/interop/services/hangs_up.ts`, socket, "web"],
    ];
    const start = `HOME=${folder} DENO_DIR=${await denoDir()} ${[deno, ...words].join(" ")}`;
    const script = `${folder}/recover`;
    const text = `#!/bin/sh\necho "$2" >>${folder}/runs\n${start} >/dev/null 2>&1 &\n`;
    await Deno.writeTextFile(script, text, { mode: 0o755 });
    const [uid, gid] = (await shell("id -u; id -g")).split("\n").map(Number);
    const events = [{ event: "hup", argument: "restart" }];
    const rule = { name: "web", uid, gid, script, events, restartsMax: 3 };
    const config = `${folder}/node.json`;
    const folders = [`${folder}/state`, `${folder}/run`];
    await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 abc\n", { mode: 0o600 });
    await Deno.writeTextFile(
      config,
      JSON.stringify({
        ...{ cluster: "c", node: "alice", nodes: ["alice"], authkeys: `${folder}/authkeys` },
        ...{ state: folders[0], run: folders[1], applications: { recover: [rule] } },
        media: [{ plugin: "medium/ucast", address: "127.0.0.1", port: 6950, peers: [] }],
      }),
      { mode: 0o600 },
    );
    await using node = started(managerWords(project, config, folders), `${folder}/log`);
    await shell(`${start} >/dev/null 2>&1`);
    const endMs = performance.now() + overMs;
    const log = () => Deno.readTextFile(`${folder}/log`);
    while (performance.now() < endMs && !(await log()).includes("web is given up")) {
      await pause(100);
    }
    assert.match(await log(), /recovered 3 times within 60000 ms; it is given up \[HA9043\]/);
    assert.equal(await Deno.readTextFile(`${folder}/runs`), "restart\nrestart\nrestart\n");
    await node[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  },
});

async function shell(script: string): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout).trim();
}

const denoDir = () => shell('echo "${DENO_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/deno}"');

/** A node whose log goes to a file; it ends with this. */
function started(words: readonly string[], log: string) {
  const node = new Deno.Command("/bin/sh", {
    args: ["-c", 'log=$1; shift; exec "$@" 2>"$log"', "sh", log, deno, ...words],
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  let isOver = false;
  return {
    async [Symbol.asyncDispose]() {
      if (!isOver) node.kill("SIGTERM");
      isOver = true;
      await node.status;
    },
  };
}
