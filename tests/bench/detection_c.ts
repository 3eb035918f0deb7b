/**
 * How long C heartbeat 3.0.6 takes to notice a death: one node watches, through a client of its local
 * API; five others lose their power one after another, as often as it takes.
 *
 * @module
 */
import { Cluster, pause, until } from "../interop/heartbeat/cluster.ts";

const victims = 5;
/** A C node raises its deadtime for its first 5 s. */
const graceMs = 5_500;

/** Milliseconds from each kill to the news of it, and how often somebody was given up who lived. */
export async function measureC(
  times: { readonly keepaliveMs: number; readonly deadtimeMs: number },
  kills: number,
  scratch: string,
): Promise<{ readonly took: readonly number[]; readonly falseDeaths: number }> {
  const took: number[] = [];
  let falseDeaths = 0;
  for (let round = 0; took.length < kills; round++) {
    const cluster = new Cluster({
      name: `d${times.deadtimeMs}r${round}`,
      c: 1 + victims,
      ours: 0,
      media: "bcast",
      auth: "sha1 measured",
      ccm: true,
      ...times,
    }, scratch);
    try {
      await cluster.up();
      await cluster.allActive(60_000);
      const watching = cluster.sign(1);
      await pause(graceMs);
      const killed = new Map<string, number>();
      for (let victim = 2; victim <= cluster.count && took.length < kills; victim++) {
        await pause(300 + Math.random() * times.keepaliveMs);
        const name = `node${victim}`;
        const at = await cluster.kill(victim);
        await until(
          () => watching.sawDead(name, at) !== undefined,
          10_000,
          () => `C did not notice that ${name} is dead`,
        );
        killed.set(name, at);
        took.push((watching.sawDead(name, at) ?? 0) - at);
      }
      for (const { event = "", wallMs = 0 } of watching.lines) {
        const name = /^status (\S+) dead$/.exec(event)?.[1];
        if (name !== undefined && wallMs < (killed.get(name) ?? Infinity)) falseDeaths++;
      }
    } finally {
      await cluster.down();
    }
  }
  return { took, falseDeaths };
}
