/**
 * `logd` with the original's clients, a full disk, a flood, and a node whose heartbeat must not notice.
 * Everything happens in a mount namespace of its own, where the path of the original's socket is free.
 *
 *     deno task interop services
 *
 * Wants root, and Debian's cluster-glue for `ha_logger`; with cluster-glue-dev and gcc a program with the
 * library is tried too. Where something is missing it says so.
 *
 * @module
 */
import assert from "node:assert/strict";
import { flagsOf } from "../../../daemons/site/flags.ts";
import { filePath } from "../../../pils/found.ts";

const project = filePath(new URL("../../..", import.meta.url));
const folder = `${project}/.test/logd_services`;
const spaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

const enter = `set -e
mkdir -p /var/lib/heartbeat "$0/small"
mount -t tmpfs tmpfs /var/lib/heartbeat
mount -t tmpfs -o size=2m tmpfs "$0/small"
exec "$@"`;

const isRoot = await new Deno.Command("unshare", { args: [...spaces, "true"] }).output()
  .then(({ success }) => success, () => false);
if (!isRoot) console.log("Skipped: only root can make namespaces");

Deno.test({
  name: "clients of the original, a full disk, a flood, and a heartbeat that is never late",
  ignore: !isRoot,
  fn: async () => {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.mkdir(folder, { recursive: true });
    const sockets = [`${folder}/node/run/cluster.sock`, `${folder}/node/run/heartbeat.sock`];
    try {
      const { success, stdout } = await new Deno.Command("unshare", {
        args: [
          ...spaces,
          ...[
            "/bin/sh",
            "-c",
            enter,
            folder,
            Deno.execPath(),
            "run",
            "--no-prompt",
            "--cached-only",
          ],
          ...["--quiet", `--config=${project}/deno.json`],
          ...flagsOf({
            net: sockets.map((path) => `unix:${path}`),
            read: [project, "/usr/sbin/ha_logger", "/usr/include/clplumbing"],
            write: [folder],
            run: [Deno.execPath(), "/bin/sh"],
          }),
          ...[`${project}/tests/interop/services/logd_inside.ts`, folder],
        ],
        stdin: "null",
        stderr: "inherit",
      }).output();
      const text = new TextDecoder().decode(stdout);
      console.log(text.trimEnd());
      assert.ok(success, text);
    } finally {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    }
  },
});
