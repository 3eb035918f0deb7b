/**
 * The agent of the measurement, and what it has noted.
 *
 * @module
 */
import { sh } from "../../lab/shell.ts";
import { scratch } from "../../lab/spaces.ts";

const folder = `${scratch}/monitors_agent`;
const log = `${folder}/runs`;
/** Milliseconds from one run to the next. */
export const intervalMs = 1_000;

/** Puts it among the agents of the machine, where both clusters find it: in this mount namespace alone. */
const put = `
rm -rf "$1"; mkdir -p "$1/agents/bench"
cat >"$1/agents/bench/Dummy"
chmod 755 "$1/agents/bench/Dummy"
mount -t overlay overlay -o "lowerdir=$1/agents:/usr/lib/ocf/resource.d" /usr/lib/ocf/resource.d
`;

const text = `#!/bin/bash
[ "$1" != monitor ] || echo "$OCF_RESOURCE_INSTANCE $EPOCHREALTIME" >>${log}
exec /usr/lib/ocf/resource.d/heartbeat/Dummy "$@"
`;

/** Makes the agent. */
export const makeAgent = (): Promise<string> =>
  sh(put.replace('cat >"', `cat <<'END' >"`).replace("\nchmod", `\n${text}END\nchmod`), folder);

/** Forgets what was noted. */
export const forget = (): Promise<void> => Deno.writeTextFile(log, "");

/** Removes it. */
export const removeAgent = (): Promise<string> =>
  sh('umount /usr/lib/ocf/resource.d; rm -r "$1"', folder);

/** So many resources of this agent, as elements of a CIB. */
export const resourcesXml = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) =>
      `<primitive id="d${at}" class="ocf" provider="bench" type="Dummy"><operations>` +
      `<op id="d${at}-m" name="monitor" interval="${intervalMs}ms" timeout="20s"/>` +
      `</operations></primitive>`,
  ).join("\n");

/** How late the runs of all resources were, in milliseconds, in order. */
export async function lateness(): Promise<readonly number[]> {
  const last = new Map<string, number>();
  const late: number[] = [];
  for (const line of (await Deno.readTextFile(log)).split("\n")) {
    const [id = "", seconds = ""] = line.split(" ");
    const atMs = Number(seconds.replace(",", ".")) * 1_000;
    if (id === "" || !Number.isFinite(atMs)) continue;
    const before = last.get(id);
    if (before !== undefined) late.push(Math.max(0, atMs - before - intervalMs));
    last.set(id, atMs);
  }
  return late.sort((a, b) => a - b);
}

/** How many resources have run a monitor since it was forgotten. */
export async function running(): Promise<number> {
  const found = await Deno.readTextFile(log).catch(() => "");
  return new Set(found.split("\n").map((line) => line.split(" ")[0] ?? "").filter(Boolean)).size;
}
