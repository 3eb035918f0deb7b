/**
 * A program of another user: asks the daemons of a node what its input says, a line each, and prints
 * what they answer.
 *
 * @module
 */
import { connect } from "../../daemons/runtime/client.ts";
import type { Message } from "../../daemons/runtime/messages.ts";

/** Milliseconds that an answer may take before it counts as none. */
const answerMs = 5_000;
const answers: ReadonlySet<string> = new Set([
  "cib/document",
  "cib/applied",
  "history/answer",
  "status/answer",
]);

const [path = "", asUser = "yes"] = Deno.args;
const say = (value: unknown) => console.log(JSON.stringify(value));
try {
  await using client = await connect(path, undefined, asUser === "yes");
  say({ connected: true });
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const part of lines) {
    text += part;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const { to, message, waitMs = answerMs }: {
        readonly to: string;
        readonly message: Message;
        readonly waitMs?: number;
      } = JSON.parse(text.slice(0, end));
      text = text.slice(end + 1);
      const isAnswer = (one: Message): one is Message => answers.has(one.type);
      say(await client.ask(to, message, isAnswer, waitMs).catch((error) => ({ none: error.name })));
    }
  }
} catch (error) {
  say({ connected: false, why: String(error) });
}
