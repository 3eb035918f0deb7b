/**
 * Finds processes by a mark in the environment that they were started with: all their children
 * inherit the mark, whatever happens to their parent, and no process can lose it.
 *
 * Only processes of this user (or of all users, for root) can be seen.
 *
 * @module
 */

/**
 * `$1`: the mark. `$2`: `look` prints the ids of the processes that carry it; a signal's name sends
 * it to them and looks again, every 25 ms, `$3` times at most, until none is left. A process that is
 * ending has no environment any more, so signalled processes are waited for by their ids; one that
 * is just becoming another program shows none for a moment, so only two looks in a row are proof. A
 * look that cannot even see this shell is an error. The arguments are never read as code.
 */
const script = `
grep -qzxF -e "HA_LOOK=$HA_LOOK" /proc/$$/environ || { echo "/proc cannot be read with grep" >&2; exit 3; }
found() { grep -lzxF -e "$1" /proc/[0-9]*/environ 2>/dev/null | sed 's,/proc/,,;s,/environ,,'; }
if [ "$2" = look ]; then found "$1"; exit 0; fi
ending() { for id in $told; do grep -q '^State:.[^ZX]' /proc/$id/status 2>/dev/null && echo $id; done; }
round=0 told= empty=0
while left=$(found "$1"); do
  [ -z "$left$(ending)" ] && { [ "$empty" = 1 ] && exit 0; empty=1; continue; }
  empty=0; [ "$round" -ge "$3" ] && break
  if [ -n "$left" ] && { [ "$2" = KILL ] || [ "$round" = 0 ]; }; then
    kill -s "$2" $left 2>/dev/null
    told="$told $left"
  fi
  round=$((round + 1))
  sleep 0.025
done
found "$1"
ending
`;

/** Milliseconds between two looks. */
const roundMs = 25;

/** Ids of the processes with this mark, such as `HA_NODE=demo/alice`. Needs `run: /bin/sh`. */
export function look(mark: string): Promise<readonly number[]> {
  return shell(mark, "look", 0);
}

/**
 * Sends a signal to all that carry the mark and waits until they are gone; `KILL` is sent again
 * and again, to what was started meanwhile too.
 *
 * @param withinMs how long to wait at most.
 * @returns the ids of those that are left.
 */
export function end(
  mark: string,
  signal: "TERM" | "KILL",
  withinMs: number,
): Promise<readonly number[]> {
  return shell(mark, signal, Math.ceil(withinMs / roundMs));
}

async function shell(mark: string, what: string, rounds: number): Promise<readonly number[]> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "marked", mark, what, String(rounds)],
    stdin: "null",
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", HA_LOOK: "is seen" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot look at the processes: ${decoder.decode(stderr).trim()}`);
  return [...new Set(decoder.decode(stdout).split("\n").filter(Boolean).map(Number))];
}
