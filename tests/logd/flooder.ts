/**
 * A client of `logd` that floods it, and measures each call: so many lines in a second, evenly. At its
 * end it prints what it has counted.
 *
 *     deno run --allow-net=unix:SOCKET --allow-read=SOCKET --allow-write=SOCKET flooder.ts SOCKET NAME LINES MS
 *
 * @module
 */
import { LogClient } from "../../daemons/runtime/logging/client.ts";

/** What it prints. */
export interface Flooded {
  readonly name: string;
  readonly submitted: number;
  readonly lost: number;
  readonly waiting: number;
  /** Microseconds of a call. */
  readonly p50: number;
  readonly p999: number;
  readonly most: number;
}

/** Milliseconds in which all lines must be settled. */
const settledMs = 20_000;

async function flood(path: string, name: string, perSecond: number, ms: number): Promise<Flooded> {
  const client = new LogClient({ path, name });
  const took = new Float64Array(perSecond * ms / 1000);
  const from = performance.now();
  let sent = 0;
  while (sent < took.length) {
    const due = Math.min(took.length, (performance.now() - from) * perSecond / 1000);
    for (; sent < due; sent++) {
      const before = performance.now();
      // Every tenth line is urgent.
      client.write(
        name,
        sent % 10 === 0 ? 4 : 6,
        `n${sent + 1} of a line that is as long as most are`,
      );
      took[sent] = (performance.now() - before) * 1000;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await client.settled(settledMs);
  const counts = client.counts;
  client.close();
  const sorted = took.toSorted();
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  const [p50, p999, most] = [at(0.5), at(0.999), Math.round(sorted.at(-1) ?? 0)];
  return { name, ...counts, p50, p999, most };
}

if (import.meta.main) {
  const [path = "", name = "", perSecond = "", ms = ""] = Deno.args;
  console.log(JSON.stringify(await flood(path, name, Number(perSecond), Number(ms))));
}
