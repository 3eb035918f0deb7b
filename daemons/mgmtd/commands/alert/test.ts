/**
 * `ha alert test`: sends one test to each recipient of an alert, from the node of this machine.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Message } from "../../../runtime/messages.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";

/** Milliseconds that a node waits for results, and a little more. */
const answerMs = 100_000;

/** `ha alert test ALERT` */
export const test: Command = {
  path: ["alert", "test"],
  summary: "Send one test to each recipient of an alert, and say what came of it",
  positionals: "ALERT [RECIPIENT]",
  details:
    "The test goes through the queue of each recipient, behind what waits there. It is a node event\n" +
    'with the description "test" and the sequence number 0. RECIPIENT is an id of ha alert ls.',
  options: {
    json: { type: "boolean", summary: "Print one JSON object" },
    run: runOption,
  },
  grant: (call, where) => socketGrant(clusterSocket(call, where)),
  async run(call, io, where) {
    const [alert, recipient] = call.positionals;
    if (alert === undefined || call.positionals.length > 2) {
      io.err(`${withCode("HA0002", "Name one alert. Fix: ha alert test ALERT")}\n`);
      return exit.usage;
    }
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const { results, error } = await client.ask(
        "alerts",
        {
          type: "alerts/test",
          id: "test",
          alert,
          ...(recipient === undefined ? {} : { recipient }),
        },
        (message): message is Extract<Message, { type: "alerts/tested" }> =>
          message.type === "alerts/tested" && message.id === "test",
        answerMs,
      );
      if (call.options.json === true) {
        io.out(
          `${JSON.stringify({ alert, results, ...(error === undefined ? {} : { error }) })}\n`,
        );
      } else {
        for (const { recipient, ok, tookMs, error = "" } of results) {
          const to = recipient === "" ? alert : `${alert}, recipient ${recipient}`;
          io.out([ok ? `${to}: sent in ${tookMs} ms` : `${to}: FAILED: ${error}`]);
        }
      }
      if (error !== undefined) {
        io.err([withCode("HA0006", `${alert}: ${error}. Fix: see ha alert ls`)]);
        return exit.noSuch;
      }
      return results.every(({ ok }) => ok) ? exit.ok : exit.error;
    });
  },
};
