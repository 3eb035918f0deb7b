/**
 * Fencing devices of the field beside ours, each with a partner that somebody else wrote: every fence
 * agent and external plugin on this machine with its form; `fence_dummy`, `fence_ipmilan`,
 * `external/ipmi`, `external/ssh` and our `ipmilan` with status, off, on, reboot, a wrong password, a
 * device that is gone, and one that lies; the times side by side.
 *
 * Wants root, and Debian's fence-agents, cluster-glue, openipmi, ipmitool, openssh-server and iproute2;
 * says so where something is missing. Everything happens in namespaces of its own (network, mounts,
 * processes): the controller has its own port, and nothing of this machine can be switched off.
 *
 *     deno task interop fencing
 *
 * @module
 */
import { flagsOf } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = `${project}/.test`;

/** Files without which the part says nothing. */
const needed = [
  "/usr/sbin/fence_dummy",
  "/usr/sbin/fence_ipmilan",
  "/usr/lib/stonith/plugins/external/ipmi",
  "/usr/lib/stonith/plugins/external/ssh",
  "/usr/bin/ipmi_sim",
  "/usr/bin/ipmitool",
  "/usr/sbin/sshd",
  "/usr/sbin/ip",
];
const missing = needed.filter((path) => {
  try {
    return !Deno.statSync(path).isFile;
  } catch {
    return true;
  }
});
if (missing.length > 0) {
  console.log(`Skipped: there is no ${missing.join(", ")}`);
  Deno.exit(0);
}
const spaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
const { success: isRoot } = await new Deno.Command("unshare", { args: [...spaces, "true"] })
  .output();
if (!isRoot) {
  console.log("Skipped: only root can make namespaces");
  Deno.exit(0);
}

const sockets = [`${scratch}/fencing/alice/run/cluster.sock`];

const enter = `set -e
mount -t tmpfs -o mode=755 tmpfs /run
# ssh takes the home of its user from the list of users: it gets one with keys of this part.
mkdir -p /run/home
mount --bind /root /run/home
mount -t tmpfs -o mode=700 tmpfs /root
mkdir -p /root/.ssh
# Deno and its cache may be in that home.
for one in .cache .npm .deno; do
  [ -d /run/home/$one ] || continue
  mkdir -p /root/$one
  mount --bind /run/home/$one /root/$one
done
mkdir -m 755 /run/sshd
ip link set lo up
"$@" && exit 0
exit 1`;

const { success } = await new Deno.Command("unshare", {
  args: [
    ...spaces,
    ...["/bin/sh", "-c", enter, "sh", Deno.execPath(), "run", "--no-prompt", "--cached-only"],
    ...["--quiet", `--config=${project}/deno.json`],
    ...flagsOf({
      net: ["127.0.0.1", "0.0.0.0:0", ...sockets.map((path) => `unix:${path}`)],
      read: [project],
      write: [scratch],
      run: [Deno.execPath(), "/bin/sh"],
    }),
    `${project}/tests/interop/fencing/inside.ts`,
    ...Deno.args,
  ],
  stdin: "null",
  stdout: "inherit",
  stderr: "inherit",
}).output();
Deno.exit(success ? 0 : 1);
