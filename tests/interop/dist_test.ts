/**
 * The package on a machine that has neither Deno nor a network: installed, a node of it started as its
 * unit says, used, replaced, removed and purged.
 *
 *     deno task interop dist
 *
 * The machine is this system under an overlay, in namespaces of its own: nothing of this system changes.
 * Wants root, dpkg and overlayfs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { project, scratch } from "../lab/spaces.ts";

const folder = `${scratch}/dist`;

/** Makes the root, enters it, and becomes the script on standard input. `$1`: the folder. */
const enter = `set -e
mkdir -p "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cp "$1"/*.deb "$1/root/root/ha.deb"
# The new machine has no Deno, no project and no cache of anybody.
mount -t tmpfs -o mode=755 tmpfs "$1/root/run"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
ip link set lo up
cd /
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent LC_ALL=C chroot "$1/root" /bin/sh -s`;

/** What a person does; each line that begins with `==` says what has been shown. */
const session = `set -e
rm -f /usr/local/bin/deno
! command -v deno >/dev/null
list() { find /etc /usr /var /run /boot /srv -xdev \\( -path /var/lib/dpkg -o -path /var/log -o -path /var/tmp \\
  -o -path /var/cache/debconf -o -path /var/cache/man \\) -prune -o -print | sort; }
list >/root/before
dpkg -i /root/ha.deb >/root/dpkg.log 2>&1 || { cat /root/dpkg.log; exit 1; }
echo "== installed"
su -s /bin/sh nobody -c 'ha resource create --help' | grep -q 'resource create'
echo "== another user has the command"
umask 077
cat >/etc/ha/node.json <<'END'
{ "cluster": "dist", "node": "alice", "nodes": ["alice"], "state": "/var/lib/ha", "run": "/run/ha",
  "authkeys": "/etc/ha/authkeys", "cib": "/etc/ha/cib.xml",
  "media": [{ "plugin": "medium/ucast", "address": "127.0.0.1", "port": 7301, "peers": [] }] }
END
echo "auth 1
1 sha1 $(head -c 20 /dev/urandom | od -An -tx1 | tr -d ' \\n')" >/etc/ha/authkeys
cat >/etc/ha/cib.xml <<'END'
<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>
<cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set>
</crm_config><nodes/><resources/><constraints/></configuration><status/></cib>
END
start() {
  eval "exec env $(sed -n 's/^Environment=//p' /usr/lib/systemd/system/ha.service) \\
    $(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/ha.service)" >/root/node.log 2>&1 &
  node=$!
}
wait_for() {
  for i in $(seq 240); do "$@" >/root/out 2>&1 && return 0; sleep 0.25; done
  echo "not in a minute: $*"; cat /root/out; tail -n 20 /root/node.log; return 1
}
mkdir -m 700 -p /var/lib/ha /run/ha
start
wait_for ha status --check
echo "== a node runs as the unit says"
ha resource create d1 deno:pils:Dummy state=/var/lib/d1 --wait --yes >/root/out 2>&1 || { cat /root/out; exit 1; }
started() { ha status | grep -q 'd1.*Started.*alice'; }
wait_for started
echo "== a resource was created and runs"
if dpkg -i /root/ha.deb >/root/dpkg.log 2>&1; then echo "a running node was replaced"; exit 1; fi
grep -q 'a node runs on this machine' /root/dpkg.log
started
echo "== a package over a running node is refused, and the node runs on"
kill -TERM $node
wait $node
ha status >/root/out 2>&1 || true
grep -q 'no node answers' /root/out && grep -q d1 /root/out || { cat /root/out; exit 1; }
ha configure verify >/root/out 2>&1 || { cat /root/out; exit 1; }
for read in "resource ls" "resource show d1" "configure show" events; do
  ha $read >/root/out 2>&1 && grep -q d1 /root/out || { echo "ha $read"; cat /root/out; exit 1; }
done
echo "== what a stopped node has on its disk can be read"
dpkg -i /root/ha.deb >/root/dpkg.log 2>&1 || { cat /root/dpkg.log; exit 1; }
start
wait_for started
echo "== after the upgrade the node runs what it ran"
kill -TERM $node
wait $node
dpkg -r ha >/root/dpkg.log 2>&1 || { cat /root/dpkg.log; exit 1; }
test -e /etc/ha/node.json -a -e /var/lib/ha/cluster -a ! -e /usr/lib/ha -a ! -e /usr/bin/ha
echo "== removed; configuration and state are kept"
dpkg -P ha >/root/dpkg.log 2>&1 || { cat /root/dpkg.log; exit 1; }
list >/root/after
diff /root/before /root/after
echo "== purged; nothing is left"
`;

const run = async (args: readonly string[], input: string, cwd = project) => {
  const [program = "", ...rest] = args;
  const child = new Deno.Command(program, {
    args: rest,
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { success, out: decoder.decode(stdout), err: decoder.decode(stderr) };
};

const spaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"];

Deno.test("the package installs, runs, is replaced, removed and purged on a bare machine", async () => {
  const can = await run(
    [...spaces, "/bin/sh", "-c", "command -v dpkg && grep -q overlay /proc/filesystems"],
    "",
  ).catch(() => ({ success: false }));
  if (!can.success) return console.log("Skipped: it needs root, dpkg and overlayfs");
  await Deno.mkdir(folder, { recursive: true });
  try {
    const made = await run([Deno.execPath(), "task", "-q", "dist", folder], "");
    assert.ok(made.success, made.out + made.err);
    const { success, out, err } = await run(
      [...spaces, "/bin/sh", "-c", enter, "sh", folder],
      session,
    );

    console.log(out);
    assert.ok(success, out + err);
    assert.match(out, /== purged; nothing is left/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
