/**
 * An attacker that receives every packet and can send any, but does not have the key. Its packets
 * carry a mark that checkers know: the word `forged`, or a generation that never existed.
 *
 * @module
 */
import type { Random } from "../../daemons/runtime/random.ts";
import { binary, hex, hexOf, string, stringOf } from "../../daemons/heartbeat/fields.ts";
import { writeItem } from "../../daemons/heartbeat/stream_item.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { Encoding, WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { forgedWord } from "./checkers/messages.ts";
import type { SimNode } from "./node.ts";
import { flipped } from "./plugins/medium.ts";
import { probeType } from "./plugins/client_socket.ts";
import type { Packet } from "./tape.ts";

/** What it works with. */
export interface ForgerTools {
  readonly encoding: Encoding;
  /** The method of the cluster, with another key. */
  readonly wrongKey: Auth;
  /** A method that needs no key. */
  readonly noKey: Auth;
}

/** Numbers by which a forged packet is ahead of the last one that was heard. */
const ahead = 3;
/** Generations by which a forged life is ahead. */
export const forgedGenerations = 1_000;

const encoder = new TextEncoder();

/** Makes packets. */
export class Forger {
  readonly #tools: ForgerTools;

  constructor(tools: ForgerTools) {
    this.#tools = tools;
  }

  /** Packets that pretend to come from a node, in all the ways it knows. */
  packets(victim: SimNode, random: Random): readonly Packet[] {
    const { encoding, wrongKey, noKey } = this.#tools;
    const recent = victim.world.tape.recent(victim.name);
    const last = recent.at(-1);
    if (last === undefined) return [];
    const { link } = last;
    const made: Uint8Array[] = [];
    for (const message of this.#messages(victim, recent)) {
      const frame = encoding.encode(message);
      const signed = encoding.signable(frame);
      made.push(
        encoding.seal(frame, 1, wrongKey.sign(signed)),
        encoding.seal(frame, 1, noKey.sign(signed)),
        encoding.seal(frame, 2, noKey.sign(signed)),
      );
      // One of these is the true signature's beginning, and one its end.
      for (let digit = 0; digit < 16; digit++) {
        made.push(encoding.seal(frame, 1, digit.toString(16)));
      }
    }
    for (let count = 0; count < 16; count++) {
      const { bytes } = random.pick(recent);
      made.push(flipped(bytes, { random }), bytes.slice(0, random.between(0, bytes.length - 1)));
    }
    return random.shuffle(made).map((bytes) => ({ link, bytes }));
  }

  /** A status of a life to come, a message of a service, a message of a program. */
  #messages(victim: SimNode, recent: readonly Packet[]): readonly WireMessage[] {
    let generation = 0;
    let ts = 1;
    let seq = 0;
    let stream = 0;
    for (const { bytes } of recent) {
      const envelope = this.#tools.encoding.open(bytes);
      const decoded = envelope && this.#tools.encoding.decode(envelope.frame);
      if (!decoded?.ok) continue;
      const { message } = decoded;
      generation = Math.max(generation, hexOf(message, "hg") ?? 0);
      ts = hexOf(message, "ts") ?? ts;
      seq = Math.max(seq, hexOf(message, "seq") ?? 0);
      if (stringOf(message, "t") === "NS_hastream") {
        stream = Math.max(stream, hexOf(message, "n") ?? 0);
      }
    }
    const src = string("src", victim.name);
    const made: WireMessage[] = [[
      string("t", "status"),
      string("st", "active"),
      hex("dt", 30_000),
      string("protocol", "1"),
      string("hastream", "1"),
      src,
      hex("seq", 1),
      hex("hg", generation + forgedGenerations),
      hex("ts", ts),
    ]];
    const body = {
      type: "peer",
      body: { probe: victim.name, life: 0, number: 1, word: forgedWord },
    };
    const payload = new Uint8Array(512);
    const length = writeItem(payload, 0, {
      first: true,
      last: true,
      packing: "",
      node: "*",
      to: "observer",
      from: "observer",
      bytes: encoder.encode(JSON.stringify(body)),
    });
    for (let next = 1; next <= ahead; next++) {
      made.push([
        string("t", "NS_hastream"),
        hex("n", stream + next),
        binary("p", payload.slice(0, length)),
        src,
        hex("hg", generation),
        hex("ts", ts),
      ], [
        string("t", probeType),
        hex("number", next),
        string("word", forgedWord),
        string("from_id", "probe"),
        string("to_id", "probe"),
        src,
        hex("seq", seq + next),
        hex("hg", generation),
        hex("ts", ts),
      ]);
    }
    return made;
  }
}
