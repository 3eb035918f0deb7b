/**
 * Where commands are tried: a folder of somebody who is no part of the project, and `ha` in it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../../../pils/found.ts";
import { shown } from "../../terminal.ts";
import { parseCall } from "../../parse_call.ts";
import type { Where } from "../../command.ts";
import { pluginCommands } from "../plugin.ts";

/** The project's folder, without a slash at its end. */
export const project = filePath(new URL("../../../../", import.meta.url));
const scratch = `${project}/.test`;

/** What tests of commands need of whoever runs them. */
export const permissions: Deno.PermissionOptionsObject = {
  read: [project],
  write: [scratch],
  run: [Deno.execPath(), "/bin/sh"],
};

/** A folder of somebody who is no part of the project, and `ha` in it; for tests. */
export async function site() {
  await Deno.mkdir(scratch, { recursive: true });
  const here = await Deno.makeTempDir({ dir: scratch, prefix: "ha_" });
  const where: Where = { project, here, deno: Deno.execPath() };
  const ha = async (line: string, answer?: string | (() => string)) => {
    const parsed = parseCall(pluginCommands, line.split(" "));
    assert.equal(parsed.type, "call", line);
    if (parsed.type !== "call") throw new Error();
    let out = "";
    const say = (text: string | readonly string[]) => void (out += shown(text));
    const io = { out: say, err: say, ask: () => typeof answer === "function" ? answer() : answer };
    parsed.command.grant(parsed.call, where);
    const code = await Promise.resolve(parsed.command.run(parsed.call, io, where))
      .catch((error) => (say(String(error)), 1));
    return { code, out };
  };
  const edit = async (file: string, change: (text: string) => string) => {
    const path = `${here}/${file}`;
    await Deno.writeTextFile(path, change(await Deno.readTextFile(path)));
  };
  return { here, ha, edit, [Symbol.asyncDispose]: () => Deno.remove(here, { recursive: true }) };
}
