/**
 * Changes the nodes of a running cluster through the socket of one of ours.
 *
 *     deno run --no-prompt --allow-net=unix:... --allow-read=... --allow-write=... heartbeat_change.ts CONFIG
 *
 * CONFIG is JSON: `{ path, change }`.
 *
 * @module
 */
import { connect } from "../../daemons/runtime/client.ts";
import type { Message } from "../../daemons/runtime/messages.ts";

const { path, change }: {
  readonly path: string;
  readonly change: Extract<Message, { type: "heartbeat/change" }>["change"];
} = JSON.parse(Deno.args[0] ?? "{}");
await using client = await connect(path);
const answer = await client.ask(
  "heartbeat",
  { type: "heartbeat/change", id: "1", change },
  (message): message is Extract<Message, { type: "heartbeat/changed" }> =>
    message.type === "heartbeat/changed",
  5_000,
);
console.log(JSON.stringify({ event: answer.ok ? "done" : answer.error }));
