/**
 * A client of the local API on a node of either kind, one JSON object a line: its events of
 * nodes and clients, and the number of ordered messages of its namesakes.
 *
 *     deno run --no-prompt --allow-net=unix:... --allow-read=... --allow-write=... heartbeat_client.ts CONFIG
 *
 * CONFIG is JSON: `{ register, name, everyMs }`. With `everyMs` it sends a numbered message to all of
 * its name every so many milliseconds, `count` of them; with `odd` they are odd ones.
 *
 * @module
 */
import { type ApiConnection, signOn } from "../../daemons/heartbeat/clients/api_client.ts";
import { string, stringOf } from "../../daemons/heartbeat/fields.ts";
import { oddMessage, type OddOptions } from "./heartbeat/odd_messages.ts";
import bz2 from "../../plugins/compression/bz2/mod.ts";
import zlib from "../../plugins/compression/zlib/mod.ts";
import ha from "../../plugins/encoding/ha/mod.ts";

const { register, name, everyMs, count = Infinity, odd }: {
  readonly register: string;
  readonly name: string;
  readonly everyMs?: number;
  readonly count?: number;
  readonly odd?: OddOptions & { readonly framing: "classic" | "netstring" };
} = JSON.parse(Deno.args[0] ?? "{}");
const tell = (line: unknown) => console.log(JSON.stringify(line));
tell({ pid: Deno.pid });

const host = { emit: () => {}, log: () => {} };
const encoding = await ha({ framing: odd?.framing ?? "classic" }, {
  emit: () => {},
  log: () => {},
});
const compressions = new Map([
  ["bz2", await bz2({}, host)],
  ["zlib", await zlib({ level: 6 }, host)],
]);
const heard: Record<string, { count: number; next: number; disorder: number }> = {};
let client: ApiConnection | undefined;
for (let tries = 0; client === undefined; tries++) {
  try {
    client = await signOn({
      path: register,
      name,
      encoding,
      compressions,
      onMessage(message) {
        const type = stringOf(message, "t");
        const src = stringOf(message, "src") ?? "";
        if (type === "chat") {
          const number = Number(stringOf(message, "i"));
          const known = heard[src] ??= { count: 0, next: number, disorder: 0 };
          if (number !== known.next) known.disorder++;
          known.next = number + 1;
          known.count++;
        } else if (type === "status" || type === "hbapi-clstat") {
          tell({ wallMs: Date.now(), event: `${type} ${src} ${stringOf(message, "st")}` });
        }
      },
    });
  } catch (error) {
    // A C node lets clients in only once it is active.
    if (tries > 200) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const { ordered } = client;
let said = 0;
const summary = () => tell({ said, heard, dropped: ordered.dropped, held: ordered.held });
setInterval(summary, 500);
if (everyMs !== undefined) {
  setInterval(() => {
    if (said >= count) return;
    if (odd !== undefined) {
      void client.publish(oddMessage(said++, odd));
      return;
    }
    void client.publish([string("t", "chat"), string("i", String(said++))], { ordered: true });
  }, everyMs);
}
await client.closed;
summary();
tell({ event: "closed" });
Deno.exit(0);
