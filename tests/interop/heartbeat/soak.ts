/**
 * Clusters in which nothing happens: nobody may be taken for dead, and every ordered message of
 * every client arrives on every node, once and in order.
 *
 * @module
 */
import { type Cluster, pause, until } from "./cluster.ts";

/** Milliseconds between two messages of a client. */
const chatMs = 500;

/** Lets a cluster be for so long. */
export async function soak(cluster: Cluster, minutes: number): Promise<string> {
  await cluster.allActive(60_000);
  for (const index of cluster.indexes) cluster.sign(index, { everyMs: chatMs });
  const end = Date.now() + minutes * 60_000;
  let asked = 0;
  while (Date.now() < end) {
    await pause(Math.min(10_000, Math.max(0, end - Date.now())));
    await cluster.allActive(2_000);
    asked++;
  }
  noDeaths(cluster);
  const heard = await settled(cluster);
  return `active and up on all sides ${asked} times, no death in ${minutes} min, ` +
    `${heard} ordered messages of clients delivered`;
}

/** Throws if anybody was taken for dead. */
export function noDeaths(cluster: Cluster): void {
  for (const [kind, programs] of [["", cluster.nodes], ["client of ", cluster.clients]] as const) {
    for (const [at, program] of programs) {
      for (const index of cluster.indexes) {
        if (program.sawDead(`node${index}`, 0) !== undefined) {
          throw new Error(`${kind}node${at} was informed that node${index} is dead`);
        }
      }
    }
  }
}

/**
 * Ends the sending: waits until every client has got what every client has sent, then looks that
 * nothing came twice or out of order.
 *
 * @returns how many messages were delivered in all.
 */
export async function settled(cluster: Cluster, withinMs = 10_000): Promise<number> {
  const sent = new Map([...cluster.clients].map(([index, client]) => [
    `node${index}`,
    client.lines.findLast((line) => line.said !== undefined)?.said ?? 0,
  ]));
  let sum = 0;
  let missing = "";
  await until(
    () => {
      sum = 0;
      for (const [at, { heard }] of cluster.clients) {
        for (const [source, count] of sent) {
          const known = heard[source];
          sum += known?.count ?? 0;
          if ((known?.next ?? 0) < count) {
            missing = `the client of node${at} has ${known?.next ?? 0} of ${count} of ${source}`;
            return false;
          }
        }
      }
      return true;
    },
    withinMs,
    () => missing,
  );
  for (const [at, { heard, lines }] of cluster.clients) {
    const last = lines.findLast((line) => line.dropped !== undefined);
    if ((last?.dropped ?? 0) > 0) throw new Error(`node${at} delivered ${last?.dropped} twice`);
    for (const [source, { disorder }] of Object.entries(heard)) {
      if (disorder > 0) throw new Error(`node${at} got ${disorder} of ${source} out of order`);
    }
  }
  return sum;
}
