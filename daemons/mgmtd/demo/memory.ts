/**
 * Memory of the processes of the demo's nodes, as the kernel counts it.
 *
 * @module
 */
import { look } from "../../../pils/marked.ts";
import { demoCluster } from "./files.ts";

/** Prints name and resident kilobytes of each process whose id is an argument. */
const script = `
for id in "$@"; do
  line=$(tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline)
  kb=$(sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$id/status 2>/dev/null)
  [ -n "$kb" ] && printf '%s\\t%s\\n' "$kb" "$line"
done
exit 0
`;

/** Resident MiB of each process of a node, by the program it runs. */
export async function memoryOf(node: string): Promise<Readonly<Record<string, number>>> {
  const ids = await look(`HA_NODE=${demoCluster}/${node}`);
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "memory", ...ids.map(String)],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stderr: "null",
  }).output();
  const found: Record<string, number> = {};
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const [kilobytes = "", command = ""] = line.split("\t");
    const name = /\/daemons\/(\w+)\/mod\.ts/.exec(command)?.[1] ??
      /\/(run_service|boot_process)\.ts/.exec(command)?.[1];
    if (name === undefined) continue;
    found[name] = Math.round((found[name] ?? 0) * 10 + Number(kilobytes) / 102.4) / 10;
  }
  return found;
}
