/**
 * The captured dialogues of the original's local API: what its clients said is said to our machine,
 * and every answer must be the original's, field by field, and byte for byte where nothing in it
 * depends on the node or the moment. The captures lie beside the project, not in it: without them, or
 * without the right to read them, this test is skipped.
 *
 * @module
 */
import assert from "node:assert/strict";
import ha from "../../../plugins/encoding/ha/mod.ts";
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { stringOf } from "../fields.ts";
import { plainCodecs } from "../testing/plain_codecs.ts";
import { SmallWorld } from "../testing/small_world.ts";
import { socketInstance } from "./send.ts";
import type { SocketEvent } from "./sessions.ts";

const file = new URL("../../../../shared/wire/api.json", import.meta.url);
const host = { emit: () => {}, log: () => {} };

interface Frame {
  readonly from: "client" | "server";
  readonly framing: "classic" | "netstring";
  readonly hex: string;
}
interface Dialogue {
  readonly name: string;
  readonly frames: readonly Frame[];
}

/** Fields that differ with the node and the moment. */
const own = new Set(
  "srcuuid destuuid seq hg ts ld ttl client_gen hbversion rsc_hold auth".split(" "),
);

Deno.test({ name: "dialogues with C clients", ignore: !present() }, async (t) => {
  const dialogues: Dialogue[] = JSON.parse(Deno.readTextFileSync(file));
  assert.ok(dialogues.length >= 2);
  for (const { name, frames } of dialogues) {
    await t.step(name, async () => {
      const encoding = await ha({ framing: "netstring" }, host);
      const clientEncoding = await ha({ framing: "classic" }, host);
      const world = new SmallWorld(
        {
          nodes: ["node1", "node2"],
          media: [{ link: "eth0", plugin: "medium/memory", config: {} }],
          keepaliveMs: 100,
          deadtimeMs: 500,
          initdeadMs: 2000,
          clients: { parameters: new Map([["deadtime", "500ms"]]) },
        },
        () => ({ ...plainCodecs("key"), encoding, clientEncoding }),
      );
      for (const node of ["node1", "node2"]) world.start(node);
      world.node("node2").machine.state.uuid = Uint8Array.fromHex(
        "d160c4f46e2d4444b96d9e69dfee80ff",
      );
      world.run(500);
      const give = (node: string, event: SocketEvent) =>
        world.give(world.node(node), {
          type: "emit",
          at: world.now,
          instance: socketInstance,
          event,
        });
      // The captured node2 had a client: its membership daemon.
      give("node2", { type: "opened", connection: 9 });
      give("node2", {
        type: "frame",
        connection: 9,
        bytes: clientEncoding.encode(
          [["t", "hbapi-req"], ["reqtype", "signon"], ["pid", "1"], ["from_id", "ccm"]].map((
            [name = "", value = ""],
          ) => ({ type: "string", name, value })),
        ),
      });
      give("node1", { type: "opened", connection: 1 });
      let said = world.node("node1").calls.length;
      const heard: Uint8Array[] = [];
      let exact = 0;
      for (const { from, framing, hex } of frames) {
        const frame = Uint8Array.fromHex(hex).subarray(8);
        if (from === "client") {
          assert.equal(heard.length, 0, "the original said nothing more");
          give("node1", { type: "frame", connection: 1, bytes: frame });
          world.run(20);
          for (const [method, connection, bytes] of world.node("node1").calls.slice(said)) {
            if (method === "send" && connection === 1 && bytes instanceof Uint8Array) {
              heard.push(bytes);
            }
          }
          said = world.node("node1").calls.length;
          continue;
        }
        const next = heard.shift();
        assert.ok(next, `no answer where the original says ${decoded(encoding, frame)}`);
        const [ours, theirs] = [shown(decoded(encoding, next)), shown(decoded(encoding, frame))];
        assert.deepEqual(ours, theirs);
        const message = decoded(encoding, frame);
        if (framing === "classic" && !message.some(({ name }) => own.has(name))) {
          assert.equal(next.toHex(), frame.toHex());
          exact++;
        }
      }
      assert.ok(exact > 0 || frames.length < 10, "some are equal byte for byte");
      assert.equal(world.node("node1").machine.state.clients.open.size, 0, "signed off");
    });
  }
});

function decoded(
  encoding: Awaited<ReturnType<typeof ha>>,
  frame: Uint8Array,
): WireMessage {
  const result = encoding.decode(frame);
  if (!result.ok) throw new Error(result.why);
  return result.message;
}

/** Names in order, with the values that do not differ by nature. */
const shown = (message: WireMessage): string[] =>
  message.filter(({ name }) => name !== "auth").map((field) =>
    own.has(field.name)
      ? field.name
      : `${field.name}=${
        field.type === "binary" ? field.value.toHex() : stringOf(message, field.name)
      }`
  );

function present(): boolean {
  try {
    return Deno.permissions.querySync({ name: "read", path: file }).state === "granted" &&
      Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}
