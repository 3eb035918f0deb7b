/**
 * Processor time of the processes of a node, as the kernel counts it.
 *
 * @module
 */
import { sh } from "../../lab/shell.ts";

/** `$1`: the namespace of the node. Prints for each of its processes: id, own ticks, ticks of its children, command. */
const script = `
for path in /proc/[0-9]*; do
  [ "$(readlink "$path/ns/net" 2>/dev/null)" = "$1" ] || continue
  line=$(sed 's/.*) //' "$path/stat" 2>/dev/null) || continue
  command=$(tr '\\0' ' ' <"$path/cmdline" 2>/dev/null)
  set -- "$1" $line
  echo "\${path#/proc/} $((\${13} + \${14})) $((\${15} + \${16})) $command"
done
getconf CLK_TCK
`;

/** Seconds. */
export interface Processor {
  /** Of what runs the agents: lrmd and its plugins, or pacemaker-execd. */
  readonly executor: number;
  /** Of the agents. */
  readonly agents: number;
  /** Of all daemons of the node, without the agents. */
  readonly daemons: number;
}

/** What they have used so far, of the processes in a network namespace. */
export async function used(space: string, isExecutor: RegExp): Promise<Processor> {
  const lines = (await sh(script, space)).split("\n");
  const ticks = Number(lines.pop());
  const sum = { executor: 0, agents: 0, daemons: 0 };
  for (const line of lines) {
    const [, own = "0", children = "0", command = ""] = /^\d+ (\d+) (\d+) (.*)$/.exec(line) ?? [];
    // What is short-lived is counted with its parent.
    if (!/deno|pacemaker|corosync/.test(command)) continue;
    sum.daemons += Number(own) / ticks;
    if (!isExecutor.test(command)) continue;
    sum.executor += Number(own) / ticks;
    sum.agents += Number(children) / ticks;
  }
  return sum;
}
