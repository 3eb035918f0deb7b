/**
 * What C heartbeat 3.0.6 does of what `stream_bench.ts` measures: clients of its local API, one on
 * each of two or three nodes in network namespaces. They are ours, written for Deno; the daemons, and
 * what they say to each other, are the original's.
 *
 * @module
 */
import { Cluster, until } from "../interop/heartbeat/cluster.ts";
import { lacking } from "../interop/heartbeat/lab.ts";
import { sh } from "../interop/media_lab.ts";
import type { Peer } from "./peer.ts";
import { sizes } from "./stream_service.ts";

/** From where the lab's own clients are. */
const program = "../bench/heartbeat_c_client.ts";
/**
 * The shortest keepalive that it ran clean with: it looks after its clients once in each. The deadtime
 * is long, since no death is measured.
 */
const times = { keepaliveMs: 20, deadtimeMs: 5_000 };
/** Milliseconds that one measurement may take. */
const measureMs = 120_000;

/** Why it cannot be measured here, if anything is missing. */
export const missingForHeartbeatC = (): Promise<string | undefined> =>
  lacking() !== undefined
    ? Promise.resolve("needs Debian's heartbeat and ../shared")
    : sh('[ "$(id -u)" = 0 ]').then(() => undefined, () => "needs root");

/** Measures it between so many nodes. */
export async function measureHeartbeatC(nodes: number, scratch: string): Promise<Peer> {
  const cluster = new Cluster({
    name: `s${nodes}`,
    c: nodes,
    ours: 0,
    media: "ucast",
    auth: "sha1 measured",
    ccm: true,
    ...times,
  }, scratch);
  try {
    await cluster.up();
    await cluster.allActive(60_000);
    let gone = 0;
    for (let node = nodes; node > 0; node--) {
      const client = cluster.sign(node, node === 1 ? { others: nodes - 1 } : {}, program);
      client.ended.then(() => gone++);
    }
    const figures = () =>
      cluster.clients.get(1)?.lines.flatMap(({ measured }) => measured ?? []) ?? [];
    await until(
      () => {
        for (const [node, { lines }] of cluster.clients) {
          const wrong = lines.find(({ event }) => event !== undefined);
          if (wrong !== undefined) throw new Error(`the client on node${node}: ${wrong.event}`);
        }
        if (gone > 0) throw new Error("a client of C heartbeat ended early");
        return figures().length === sizes.length;
      },
      measureMs,
      () => `C heartbeat's clients did not end within ${measureMs} ms`,
    );
    return { name: "C heartbeat's API", nodes, figures: figures() };
  } finally {
    await cluster.down();
  }
}
