/**
 * Processor time of the processes of a node, as the kernel counts it.
 *
 * @module
 */
import { sh } from "../../lab/shell.ts";

/** `$1`: the namespace of the node. Prints for each of its processes: id, parent, own ticks, ticks of its children, command. */
const script = `
for path in /proc/[0-9]*; do
  [ "$(readlink "$path/ns/net" 2>/dev/null)" = "$1" ] || continue
  line=$(sed 's/.*) //' "$path/stat" 2>/dev/null) || continue
  command=$(tr '\\0' ' ' <"$path/cmdline" 2>/dev/null)
  set -- "$1" $line
  echo "\${path#/proc/} $3 $((\${13} + \${14})) $((\${15} + \${16})) $command"
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
  const found = lines.flatMap((line) => {
    const [, id = "", parent = "", own, children, command = ""] =
      /^(\d+) (\d+) (\d+) (\d+) (.*)$/.exec(line) ?? [];
    const [ownS, childrenS] = [Number(own) / ticks, Number(children) / ticks];
    return id === "" ? [] : [{ id, parent, ownS, childrenS, command }];
  });
  const daemons = found.filter(({ command }) => /deno|pacemaker|corosync/.test(command));
  const executors = daemons.filter(({ command }) => isExecutor.test(command));
  for (const { ownS } of daemons) sum.daemons += ownS;
  for (const { id, ownS, childrenS } of executors) {
    sum.executor += ownS;
    // What is short-lived is counted with its parent.
    sum.agents += childrenS;
    for (const { parent, command, ownS, childrenS } of found) {
      // A shell that lives on to run one agent after another.
      if (parent === id && !isExecutor.test(command)) sum.agents += ownS + childrenS;
    }
  }
  return sum;
}
