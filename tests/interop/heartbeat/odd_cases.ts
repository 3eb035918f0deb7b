/**
 * Packets of C heartbeat that the captured samples lack, made on the spot: odd messages of a client,
 * sent by a C node, and taken apart by a listener of ours.
 *
 * @module
 */
import type { Case } from "./case.ts";
import { type Cluster, pause, until } from "./cluster.ts";
import type { OddOptions } from "./odd_messages.ts";
import type { Shape } from "./shape.ts";

const messages = 250;
const everyMs = 20;
/** Longer than a block of SHA-1 and MD5. */
const longKey = "k".repeat(100) + "longer-than-sixty-four";

const shapes:
  readonly (Partial<Shape> & OddOptions & { readonly framing: "classic" | "netstring" })[] = [
    {
      auth: `sha1 ${longKey}`,
      msgfmt: "netstring",
      framing: "netstring",
      controls: true,
      bytesMax: 20_000,
    },
    {
      auth: `md5 ${longKey}`,
      msgfmt: "classic",
      framing: "classic",
      controls: false,
      bytesMax: 20_000,
    },
    {
      auth: "crc",
      msgfmt: "netstring",
      compression: "zlib",
      framing: "classic",
      controls: false,
      bytesMax: 9_000,
    },
    {
      auth: "sha1 short",
      msgfmt: "classic",
      compression: "bz2",
      framing: "netstring",
      controls: false,
      bytesMax: 9_000,
    },
  ];

/** The cases. */
export const oddCases: readonly Case[] = shapes.map(
  ({ framing, controls, bytesMax, ...shape }, at): Case => ({
    what: "odd messages",
    shape: {
      name: `od${at}`,
      c: 1,
      ours: 1,
      media: "bcast",
      auth: "crc",
      listenOnly: true,
      ...shape,
    },
    act: (cluster) => captured(cluster, { framing, controls, bytesMax }),
  }),
);

async function captured(
  cluster: Cluster,
  odd: OddOptions & { readonly framing: string },
): Promise<string> {
  // Alone, a C node is active once the other has not come within initdead.
  await until(
    async () => await cluster.clStatus(1, "nodestatus", "node1") === "active",
    30_000,
    () => "the C node is not active",
  );
  const listener = cluster.capture(2, messages * everyMs + 8_000, odd);
  await pause(1_500);
  cluster.sign(1, { everyMs, count: messages, odd });
  await listener.ended;
  const found = listener.lines.findLast((line) => line.captured)?.captured;
  if (found === undefined) throw new Error("nothing was captured");
  if (found.wrong.length > 0) throw new Error(found.wrong.join("; "));
  if (found.odds < messages * 0.95) throw new Error(`only ${found.odds} odd messages were seen`);
  return `${found.packets} packets equal bit for bit, ${found.odds} different odd messages, ` +
    `${found.packed} packed as a whole, ${found.inner} with an inner signature`;
}
