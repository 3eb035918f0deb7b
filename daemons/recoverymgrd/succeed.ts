/**
 * The next life of a node that the cluster restarts: a new recovery manager, which also takes a new version
 * of the project. Where systemd or a parent keeps this one, they start it again by its exit code.
 *
 * @module
 */
import { cleanly, systemPath } from "../site/clean_environment.ts";
import { untilStdinEnds } from "../runtime/parent.ts";
import { managerWords } from "./doors/manager_words.ts";

/** Seconds in which this process must be gone. */
const goneS = 60;

/** `$1`: this process, whose folders are free when it is gone. Then the command of the next one. */
const cleanlyAfter = `umask 077; ${systemPath}
[ -n "$NOTIFY_SOCKET$INVOCATION_ID" ] && exit
pid=$1; left=${goneS * 10}; shift
while [ -n "$(tr -d '\\0' 2>/dev/null </proc/$pid/cmdline)" ]; do
  [ "$left" -le 0 ] && exit
  left=$((left - 1))
  sleep 0.1
done
exec ${cleanly} "$@" </dev/null
`;

/** Has another recovery manager start when this process has ended. */
export function succeed(
  { cluster, node, state, run }: {
    readonly cluster: string;
    readonly node: string;
    readonly state: string;
    readonly run: string;
  },
  { project, deno }: { readonly project: string; readonly deno: string },
): void {
  const [path = "", ...more] = Deno.args;
  if (more.includes(untilStdinEnds)) return;
  const words = managerWords(project, path, [state, run]);
  new Deno.Command("/bin/sh", {
    args: ["-c", cleanlyAfter, "sh", `${Deno.pid}`, deno, ...words],
    env: { HA_NODE: `${cluster}/${node}` },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
  }).spawn().unref();
}
