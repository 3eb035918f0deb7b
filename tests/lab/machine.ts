/**
 * A machine of the lab: namespaces for network, mounts, host name and IPC, its own `/run`, and a cable
 * to the bridge. Processes of all machines see each other, which the fencing device `process` needs.
 *
 * @module
 */
import { bridge, network } from "./spaces.ts";
import { sh } from "./shell.ts";

/** A machine that boots has an empty `/run`. Outside, so that it can be looked into. */
const makeRun = `
mkdir -p "$1"
umount "$1" 2>/dev/null || true
mount -t tmpfs -o mode=755 tmpfs "$1"
mkdir -p "$1/lock" "$1/resource-agents"
`;

/** Inside the new namespaces: its own files, then it only waits. */
const boot = `
hostname "$1"
mount --make-rprivate /
mount --bind "$2" /run
mount -t sysfs sysfs /sys 2>/dev/null || true
echo ready
exec sleep infinity
`;

/** `$1`: its name. `$2`: the process that holds it. `$3`: its address. */
const plugIn = `
ip link delete "p-$1" 2>/dev/null || true
ip link add "p-$1" type veth peer name eth0 netns "$2"
ip link set "p-$1" master ${bridge} up
nsenter -t "$2" -n -- sh -ec 'ip link set lo up; ip address add "$1/24" dev eth0; ip link set eth0 up' sh "$3"
readlink "/proc/$2/ns/net"
`;

/**
 * Takes the power from the machine `$1` in the namespace `$2` with `/run` at `$3`: every process gets the
 * signal at once, again until none is left. A power switch of a test may run it too.
 */
export const cut = `
space=$(echo "$2" | sed 's/[][]/\\\\&/g')
there() { find /proc/[0-9]*/ns/net -lname "$space" 2>/dev/null | cut -d/ -f3; }
ids=$(there)
date +%s%N
[ -n "$ids" ] || { echo "no process of $1 was there" >&2; exit 1; }
# Some of them have ended since.
kill -9 $ids 2>/dev/null || true
# The kernel removes it with the last process of the machine.
ip link set "p-$1" down 2>/dev/null || true
while ids=$(there); [ -n "$ids" ]; do kill -9 $ids 2>/dev/null || true; done
ip link delete "p-$1" 2>/dev/null || true
umount "$3" 2>/dev/null || true
`;

/** A machine that is on. */
export interface Machine {
  readonly name: string;
  readonly address: string;
  /** Words before a command that is to run on it. */
  readonly enter: readonly string[];
  /** Its network namespace, as `/proc/ID/ns/net` names it. */
  readonly space: string;
  /** Its `/run`, as a path outside. */
  readonly run: string;
  /**
   * Takes the power and the cable from it: every process ends at once, whatever it does.
   * @returns when, in milliseconds since 1970.
   */
  powerOff(): Promise<number>;
  /** Resolves when it is off: something else has taken its power. */
  readonly gone: Promise<unknown>;
}

/**
 * Makes the machine number `at`, from 0.
 * @param mark what stands behind `HA_NODE=` in the environment of the process that holds it, so that
 * the fencing device ends the machine with its processes
 * @param run path of the folder that becomes its `/run`
 */
export async function powerOn(
  name: string,
  at: number,
  { mark, run }: { readonly mark: string; readonly run: string },
): Promise<Machine> {
  await sh(makeRun, run);
  const child = new Deno.Command("/bin/sh", {
    args: [
      ...["-c", 'exec unshare --net --mount --uts --ipc sh -ec "$@"', "sh"],
      ...[boot, "sh", name, run],
    ],
    env: { HA_NODE: mark },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const holder = `${child.pid}`;
  const address = `${network}.${at + 1}`;
  const space = await sh(plugIn, name, holder, address);
  return {
    name,
    address,
    enter: ["nsenter", "-t", holder, "-n", "-m", "-u", "-i", "--"],
    space,
    run,
    gone: child.status,
    async powerOff() {
      const at = await sh(cut, name, space, run);
      await child.status;
      return Number(at) / 1e6;
    },
  };
}
