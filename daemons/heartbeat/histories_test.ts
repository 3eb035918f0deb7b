/**
 * Whole histories of small clusters are as they were: who was alive when, what was said and logged, how
 * many packets of each kind it took, and a digest of all of them. A change here is a change of what
 * nodes do. `deno test ... -- --rewrite` rewrites the expectations; read the difference in review.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { filePath } from "../../pils/found.ts";
import { openPacket } from "./codecs.ts";
import { stringOf } from "./fields.ts";
import { histories } from "./testing/histories.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import type { SmallWorld, WorldNode } from "./testing/small_world.ts";

const folder = filePath(new URL("testdata", import.meta.url));
const file = `${folder}/histories.txt`;
const rewrite = Deno.args.includes("--rewrite");

Deno.test({
  name: "histories of small clusters are as they were",
  permissions: { read: [folder], write: rewrite ? [folder] : false },
  fn() {
    const parts = Object.entries(histories).map(([story, happen]) => {
      const world = happen();
      const nodes = [...world.nodes.values()].map((node) => told(world, node));
      return [`# ${story}`, ...nodes].join("\n");
    });
    const now = `${parts.join("\n\n")}\n`;
    if (rewrite) Deno.writeTextFileSync(file, now);
    assert.equal(now, Deno.readTextFileSync(file), "see the head of this file");
  },
});

/** What a node saw, said and logged. */
function told(world: SmallWorld, node: WorldNode): string {
  const views: string[] = [];
  for (const { at, message } of node.heard) {
    if (message.type !== "heartbeat/connectivity") continue;
    const view = message.nodes.map(({ name, status }) => `${name} ${status}`).join(", ");
    if (!views.at(-1)?.endsWith(`: ${view}`)) views.push(`    ${Math.round(at)}: ${view}`);
  }
  const said = Map.groupBy(
    node.heard.filter(({ message }) => message.type !== "heartbeat/connectivity"),
    ({ service, message }) => `${message.type} to ${service}`,
  );
  return [
    `${node.name}, ${Math.round(world.now)} ms:`,
    "  sees",
    ...views,
    "  says",
    ...[...said].map(([what, all]) => `    ${what}: ${all.length}`).sort(),
    "  sends",
    ...kinds(node),
    "  logs",
    ...node.log.map((line) => `    ${line}`),
    `  counts ${counts(node)}`,
    `  digest ${digest(node)}`,
  ].join("\n");
}

function kinds({ packets }: WorldNode): string[] {
  const types = Map.groupBy(packets, (packet) => {
    const opened = openPacket(plainCodecs("key"), packet);
    return opened.ok ? stringOf(opened.message, "t") ?? "no type" : "what is packed";
  });
  return [...types].map(([type, all]) => `    ${type}: ${all.length}`).sort();
}

function counts({ machine }: WorldNode): string {
  const { refused, dropped, ...others } = machine.state.counters;
  return Object.entries({ ...others, ...refused, ...dropped })
    .flatMap(([name, count]) => count === 0 ? [] : [`${name} ${count}`]).join(", ");
}

/** Of every packet, and of all that the node's services heard and when. */
function digest({ packets, heard }: WorldNode): string {
  const hash = createHash("sha256");
  for (const packet of packets) hash.update(packet);
  for (const { at, service, message } of heard) {
    const text = JSON.stringify(
      message,
      (_key, value) => value instanceof Uint8Array ? value.toHex() : value,
    );
    hash.update(`${at.toFixed(3)} ${service} ${text}`);
  }
  return hash.digest("hex").slice(0, 16);
}
