/**
 * Stands for the socket of heartbeat's local API, with one program at its other end: it signs on under
 * the name `probe` and sends numbers to its namesakes on the other nodes, some in a burst. What comes
 * it puts in order as the original's library does, and tells the world.
 *
 * @module
 */
import { hex, hexOf, string, stringOf } from "../../../daemons/heartbeat/fields.ts";
import { Ordered } from "../../../daemons/heartbeat/clients/ordered.ts";
import type { SocketEvent } from "../../../daemons/heartbeat/clients/sessions.ts";
import type { Encoding, WireField } from "../../../plugins/handler/encoding/contract.ts";
import { failed, ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";

/** The type of its messages. */
export const probeType = "probe";
/** Name under which it signs on. */
const name = "probe";
/** Messages of one burst at most. */
const burstMax = 12;

/** What a program's own message says beside its number, so that a changed one is known. */
export const wordOf = (node: string, number: number): string => `${node}:${number}`;

/** The socket of one node, for every heartbeat that it has. */
export function clientSocket(
  { encoding, everyMs }: { readonly encoding: Encoding; readonly everyMs: number },
): (host: SimHost) => SimPlugin {
  return (host) => {
    const { node } = host;
    const { world } = node;
    const ordered = new Ordered();
    let closed = false;
    let number = 0;
    const emit = (event: SocketEvent) => host.emit(event);
    const say = (fields: readonly WireField[]) =>
      emit({ type: "frame", connection: 1, bytes: encoding.encode(fields) });
    const burst = () => {
      if (closed) return;
      const count = world.random.chance(0.3) ? world.random.between(2, burstMax) : 1;
      for (let at = 0; at < count && !closed; at++) {
        number++;
        world.observe({ type: "client sent", node: node.name, number });
        const word = string("word", wordOf(node.name, number));
        say([string("t", probeType), hex("oseq", number), hex("number", number), word]);
      }
      node.after(world.random.between(everyMs * 500, everyMs * 1500), burst);
    };
    node.after(1_000, () => {
      if (closed) return;
      emit({ type: "opened", connection: 1 });
      say([
        string("t", "hbapi-req"),
        string("reqtype", "signon"),
        string("dest", node.name),
        string("pid", "57"),
        string("from_id", name),
        string("uid", "0"),
        string("gid", "0"),
      ]);
      node.after(2_000_000, burst);
    });
    return {
      call(method, args, answer) {
        if (method !== "send") return answer(ok());
        const [, bytes] = args;
        if (!(bytes instanceof Uint8Array)) return answer(failed("no bytes"));
        // The closing NUL of classic framing.
        const decoded = encoding.decode(bytes.subarray(0, -1));
        if (!decoded.ok) return answer(failed(decoded.why));
        for (const message of ordered.take(decoded.message)) {
          if (stringOf(message, "t") !== probeType) continue;
          const from = stringOf(message, "src") ?? "";
          if (from === node.name) continue;
          world.observe({
            type: "client received",
            node: node.name,
            from,
            generation: hexOf(message, "hg") ?? 0,
            number: hexOf(message, "number") ?? 0,
            word: stringOf(message, "word") ?? "",
          });
        }
        answer(ok());
      },
      close() {
        closed = true;
      },
    };
  };
}
