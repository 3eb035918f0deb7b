/**
 * A command as somebody types it, and what it said.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Command, Where } from "../../command.ts";
import { shown } from "../../terminal.ts";
import { parseCall } from "../../parse_call.ts";

/** Runs one of the commands with these words; nobody is there to be asked. */
export async function ran(commands: readonly Command[], words: readonly string[], where: Where) {
  const parsed = parseCall(commands, words);
  assert.ok(parsed.type === "call", words.join(" "));
  let [out, err] = ["", ""];
  const io = {
    out: (text: string | readonly string[]) => void (out += shown(text)),
    err: (text: string | readonly string[]) => void (err += shown(text)),
    ask: () => undefined,
  };
  const code = await parsed.command.run(parsed.call, io, where);
  return { code, out, err };
}
