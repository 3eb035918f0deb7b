/**
 * Which nodes a device has seen alive on this machine, and whether it belongs to their cluster.
 *
 * The device looks at its start, before each answer, and every second for as long as a node of its
 * list was never seen: one that joins later and dies soon was seen by then.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";
/**
 * `$1`: marks, one a line; `$2`: a prefix. Prints the first entry with that prefix in the environment
 * of the process that asks, which is the parent of this shell, then each mark that some process
 * carries. The arguments are never read as code.
 */
const script = `
grep -qzxF -e "HA_LOOK=$HA_LOOK" /proc/$$/environ || { echo "/proc cannot be read with grep" >&2; exit 3; }
lines() { tr '\\0' '\\n'; }
own=$(lines </proc/$PPID/environ | grep -m 1 "^$2")
echo "$own"
printf '%s\\n' "$1" | grep -hzxF -f - /proc/[0-9]*/environ 2>/dev/null | lines | sort -u
`;

/** Milliseconds between two looks while some node was never seen. */
const againMs = 1_000;

/** See the head of the file. */
export class Sightings {
  /** Nodes that were alive here at some time since the device was loaded. */
  readonly seen = new Set<string>();
  /** Why this device can prove nothing here; undefined: nothing is known against it. */
  misplaced: string | undefined;
  readonly #cluster: string;
  readonly #hosts: readonly string[];
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #closed = false;

  /** Begins to look. */
  constructor(cluster: string, hosts: readonly string[]) {
    this.#cluster = cluster;
    this.#hosts = hosts;
    // What the first look cannot do, `status` and `fence` report.
    this.#looking = this.#again().catch(() => {});
  }

  /**
   * Looks now.
   *
   * @throws {Error} if the processes of this machine cannot be looked at.
   */
  async look(): Promise<void> {
    const prefix = `HA_NODE=${this.#cluster}/`;
    const [own = "", ...found] = await run(this.#hosts.map((host) => prefix + host));
    for (const mark of found) if (mark !== "") this.seen.add(mark.slice(prefix.length));
    this.misplaced = own === "" || own.startsWith(prefix) ? undefined : withCode(
      "HA8006",
      `this device is configured for the cluster "${this.#cluster}", but runs on ` +
        `"${own.slice("HA_NODE=".length)}". Fix: set "cluster" to "${
          own.slice("HA_NODE=".length).split("/")[0]
        }"`,
    );
  }

  /** Ends the looking. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimer(this.#timer);
    await this.#looking;
  }

  async #again(): Promise<void> {
    try {
      await this.look();
    } finally {
      if (!this.#closed && this.seen.size < this.#hosts.length) {
        this.#timer = setTimer(() => {
          this.#looking = this.#again().catch(() => {});
        }, againMs);
      }
    }
  }
}

async function run(marks: readonly string[]): Promise<readonly string[]> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sightings", marks.join("\n"), "HA_NODE="],
    stdin: "null",
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", HA_LOOK: "is seen" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot look at the processes: ${decoder.decode(stderr).trim()}`);
  return decoder.decode(stdout).split("\n");
}
