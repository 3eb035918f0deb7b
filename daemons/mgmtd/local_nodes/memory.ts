/**
 * Memory of the processes of a node, as the kernel counts it.
 *
 * @module
 */
import { look } from "../../../metadata/marked.ts";

/** Prints resident and proportional kilobytes and the command of each process named. */
const script = `
for id in "$@"; do
  line=$(tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline)
  rss=$(sed -n 's/^Rss:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$id/smaps_rollup 2>/dev/null)
  pss=$(sed -n 's/^Pss:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$id/smaps_rollup 2>/dev/null)
  [ -n "$rss" ] && printf '%s\\t%s\\t%s\\n' "$rss" "$pss" "$line"
done
exit 0
`;

/** Memory of one process, in MiB. */
export interface ProcessMemory {
  /** The program: a daemon, a plugin's host, or a service. */
  readonly program: string;
  /** Resident: pages shared with others count in full. */
  readonly rssMb: number;
  /** Proportional: pages shared with others are divided among them. */
  readonly pssMb: number;
}

/** Every process with the mark of a node, its services too. */
export async function memoryOf(mark: string): Promise<readonly ProcessMemory[]> {
  const ids = await look(mark);
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "memory", ...ids.map(String)],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean).map((line) => {
    const [rss = "", pss = "", command = ""] = line.split("\t");
    return { program: programOf(command), rssMb: megabytes(rss), pssMb: megabytes(pss) };
  }).sort((a, b) => a.program < b.program ? -1 : 1);
}

function programOf(command: string): string {
  return /\/daemons\/(\w+)\/mod\.ts/.exec(command)?.[1] ??
    (/\/run\.ts service /.test(command)
      ? "service"
      : /\/boot_process\.ts/.test(command)
      ? "plugin"
      : command.split(" ")[0] ?? "");
}

const megabytes = (kilobytes: string): number => Math.round(Number(kilobytes) / 102.4) / 10;
