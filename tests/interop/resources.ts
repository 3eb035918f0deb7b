/**
 * Agents of the field, unchanged: Debian's OCF agents, an init script and a release 1 script are run
 * through our plugins and by a cluster of ours, beside what `ocf-tester` gives.
 *
 * Wants root, and Debian's resource-agents, heartbeat, nginx-light, apache2, postgresql, curl, kmod, tcpdump and
 * iproute2; says so where something is missing. Everything happens in namespaces of its own (network,
 * mounts, processes), with an empty `/run`.
 *
 *     deno task interop resources [--only=plugins] [--only=cluster] [--only=secrets]
 *         [--only=own] [--only=policies]
 *
 * @module
 */
import { flagsOf } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";
import { nic } from "./resources/cases.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = `${project}/.test`;

/** Files without which the part says nothing. */
const needed = [
  "/usr/sbin/ocf-tester",
  "/usr/lib/ocf/resource.d/heartbeat/IPaddr2",
  "/etc/ha.d/resource.d/IPaddr2",
  "/etc/init.d/nginx",
  "/usr/sbin/apache2",
  "/usr/lib/postgresql/15/bin/initdb",
  "/usr/sbin/ip",
  "/usr/sbin/modprobe",
  "/usr/bin/curl",
  "/usr/bin/tcpdump",
];

const enter = `set -e
mount -t tmpfs -o mode=755 tmpfs /run
ip link set lo up
ip link add ${nic} type veth peer name ${nic}peer
ip address add 10.9.0.1/24 dev ${nic}
ip link set ${nic} up
ip link set ${nic}peer up
# Not exec: as the first process, the shell takes leave of orphans, which an agent would else take for
# running services.
"$@" && exit 0
exit 1`;

const missing = needed.filter((path) => {
  try {
    return !Deno.statSync(path).isFile;
  } catch {
    return true;
  }
});
const spaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
if (missing.length > 0) {
  console.log(`Skipped: there is no ${missing.join(", ")}`);
  Deno.exit(0);
}
const { success: isRoot } = await new Deno.Command("unshare", { args: [...spaces, "true"] })
  .output();
if (!isRoot) {
  console.log("Skipped: only root can make namespaces");
  Deno.exit(0);
}

const sockets = ["resources", "canary", "field"].map((one) =>
  `unix:${scratch}/${one}/alice/run/cluster.sock`
);
const flags = flagsOf({
  net: ["127.0.0.1", ...sockets],
  read: [project, "/usr/lib/ocf/resource.d", "/etc/init.d", "/etc/ha.d/resource.d"],
  write: [scratch, "/run/canary", "/run/field"],
  run: [Deno.execPath(), "/bin/sh"],
  env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
});
const { success } = await new Deno.Command("unshare", {
  args: [
    ...spaces,
    ...["/bin/sh", "-c", enter, "sh", Deno.execPath(), "run", "--no-prompt", "--cached-only"],
    ...["--quiet", `--config=${project}/deno.json`, ...flags],
    `${project}/tests/interop/resources/inside.ts`,
    ...Deno.args.filter((word) => /^--only=/.test(word)).map((word) =>
      word.slice("--only=".length)
    ),
  ],
  stdin: "null",
  stdout: "inherit",
  stderr: "inherit",
}).output();
Deno.exit(success ? 0 : 1);
