/**
 * What only the kernel and programs of the machine know: one shell script, since Deno grants no single
 * file below `/proc`. It changes nothing, takes all that it is given as arguments, and prints lines of
 * words that are parted by tabs.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";

/** Milliseconds that all of it may take: a disk over a network may never answer. */
const scriptMs = 20_000;
/** Bytes that are read of it. */
const outputBytesMax = 1024 * 1024;

/** What the script is given. */
export interface Asked {
  /** Folders of the node. */
  readonly state: string;
  readonly run: string;
  /** The recovery manager; 0: it does not run. */
  readonly pid: number;
  /** `CLUSTER/NODE`, which its processes have in their environment. */
  readonly mark: string;
  /** Ports of links. */
  readonly ports: readonly number[];
}

const script = `
export LC_ALL=C
state=$1 run=$2 pid=$3 mark=$4
shift 4
say() { printf '%s' "$1"; shift; printf '\\t%s' "$@"; printf '\\n'; }

say host "$(uname -n)"
awk '/[|]-- /{a=$2} /host LOCAL/{print "v4\\t" a}' /proc/net/fib_trie 2>/dev/null | sort -u | head -n 1024
awk '{print "v6\\t" $1}' /proc/net/if_inet6 2>/dev/null | head -n 1024

# Folders that are not there yet will be made on the disk of the one above.
disk() {
  place=$2
  while [ ! -e "$place" ] && [ "$place" != / ] && [ "$place" != . ]; do place=$(dirname -- "$place"); done
  say disk "$1" "$(timeout 5 stat -f -c %T -- "$place" 2>/dev/null)" \\
    $(timeout 5 df -Pk -- "$place" 2>/dev/null | awk 'END{print $2, $4}')
}
disk state "$state"
disk run "$run"

if [ -d /run/systemd/system ]; then
  say service "$(timeout 5 systemctl is-enabled ha.service 2>/dev/null)" \\
    "$(timeout 5 systemctl is-active ha.service 2>/dev/null)"
  say clock "$(timeout 5 timedatectl show --property=NTPSynchronized --value 2>/dev/null)"
fi

if [ "$pid" -gt 0 ]; then
  say descriptors "$(awk '/^Max open files/{print $4}' "/proc/$pid/limits" 2>/dev/null)"
  say user "$(stat -c %u "/proc/$pid" 2>/dev/null)"
  say log "$(readlink "/proc/$pid/fd/2" 2>/dev/null)"
fi
say buffers "$(cat /proc/sys/net/core/rmem_max 2>/dev/null)" "$(cat /proc/sys/net/core/rmem_default 2>/dev/null)"

# Who receives on these ports.
[ $# -gt 0 ] || exit 0
sockets=$(find /proc/[0-9]*/fd -maxdepth 1 -lname 'socket:*' -printf '%p %l\\n' 2>/dev/null | head -n 20000)
awk -v wanted=" $* " '$2 ~ /:/ {split($2, at, ":"); if (index(wanted, " " at[2] " ")) print $2, $10}' \\
  /proc/net/udp /proc/net/udp6 2>/dev/null | head -n 256 | while read -r local inode; do
  owner=$(printf '%s\\n' "$sockets" | grep -F "socket:[$inode]" | head -n 1 | cut -d/ -f3)
  ours=no name=
  if [ -n "$owner" ]; then
    name=$(head -c 64 "/proc/$owner/comm" 2>/dev/null | tr -d '\\t\\n')
    tr '\\0' '\\n' <"/proc/$owner/environ" 2>/dev/null | grep -qxF "HA_NODE=$mark" && ours=yes
    tr '\\0' '\\n' <"/proc/$owner/cmdline" 2>/dev/null | grep -qxF "$run/node.json" && ours=yes
  fi
  say receiver "$local" "$ours" "$name"
done
exit 0
`;

/** Runs it. @throws {Error} if there is no shell, or it takes too long. */
export async function machineLines(asked: Asked): Promise<readonly (readonly string[])[]> {
  const { state, run, pid, mark, ports } = asked;
  const hex = ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0"));
  const stop = new AbortController();
  const timer = setTimer(() => stop.abort(), scriptMs);
  try {
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", script, "sh", state, run, `${pid}`, mark, ...hex],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      stdin: "null",
      stderr: "null",
      signal: stop.signal,
    }).output();
    return new TextDecoder().decode(stdout.subarray(0, outputBytesMax)).split("\n")
      .map((line) => line.split("\t"));
  } finally {
    clearTimer(timer);
  }
}
