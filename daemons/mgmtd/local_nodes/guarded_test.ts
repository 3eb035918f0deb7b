import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { end, look } from "../../../metadata/marked.ts";
import { guarded } from "./guarded.ts";
import { guardMarkOf, type LocalCluster, markOf } from "./local_cluster.ts";

const project = filePath(new URL("../../..", import.meta.url));
const scratch = `${project}/.test`;
const permissions: Deno.PermissionOptions = {
  read: [project],
  write: [scratch],
  run: [Deno.execPath(), "/bin/sh"],
};
const cluster = `guarded-${Deno.pid}`;
const local: LocalCluster = { folder: `${scratch}/${cluster}`, cluster, nodes: ["one"] };

/** What stands for a node: it lives on, whatever becomes of whoever has started it. */
function startNode(): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: ["-c", "exec sleep 60"],
    env: { HA_NODE: `${cluster}/one` },
    stdin: "null",
    detached: true,
  }).spawn();
}

const isThere = (path: string) => Deno.lstat(path).then(() => true, () => false);

Deno.test({
  name: "what a killed guard has left is cleared away by the next; one that lives is left alone",
  permissions,
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const killed = await guarded(project, local);
    const stale = startNode();
    await Deno.writeTextFile(`${local.folder}/left`, "by the first");
    assert.deepEqual(await end(guardMarkOf(local), "KILL", 5_000), []);
    await killed.close();
    assert.equal((await look(markOf(local, "one"))).length, 1, "nobody has ended it");
    assert.ok(await isThere(`${local.folder}/left`));

    const guard = await guarded(project, local);
    assert.equal((await stale.status).signal, "SIGKILL");
    assert.ok(!await isThere(`${local.folder}/left`), "the folder is a new one");

    const node = startNode();
    await assert.rejects(guarded(project, local), Deno.errors.AlreadyExists);
    assert.equal((await look(markOf(local, "one"))).length, 1, "another's node goes on");
    assert.ok(await isThere(local.folder));
    await guard.close();
    assert.equal((await node.status).signal, "SIGKILL");
    assert.ok(!await isThere(local.folder));
  },
});

Deno.test({
  name: "a node whose folder somebody has removed is ended before the next begins",
  permissions,
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const stale = startNode();
    const guard = await guarded(project, local);
    assert.equal((await stale.status).signal, "SIGKILL");
    await guard.close();
  },
});
