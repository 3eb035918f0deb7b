/**
 * Writes the scripts into a folder.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { launchers, marks, type Places } from "./agent_program_scripts.ts";
import { writeNew } from "./write_new.ts";

/** Bytes of a file that are looked at to know whether it is ours. */
const headBytes = 256;

/**
 * Writes them all, or none: a file of somebody else is not replaced. Each is whole at any moment.
 *
 * @returns what is wrong; empty: they are written.
 */
export function install(folder: string, places: Places): readonly string[] {
  const scripts = launchers(places);
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (error) {
    return [`Cannot create ${folder}: ${messageOf(error)}`];
  }
  const foreign = [...scripts.keys()].filter((name) => isForeign(`${folder}/${name}`));
  if (foreign.length > 0) {
    return foreign.map((name) =>
      withCode(
        "HA0011",
        `${folder}/${name} is another program. Fix: choose a folder for these scripts alone`,
      )
    );
  }
  for (const [name, text] of scripts) {
    const temporary = `${folder}/.${name}.new`;
    try {
      writeNew(temporary, text, 0o755);
      Deno.chmodSync(temporary, 0o755);
      Deno.renameSync(temporary, `${folder}/${name}`);
    } catch (error) {
      return [`Cannot write ${folder}/${name}: ${messageOf(error)}`];
    }
  }
  return [];
}

/** Whether a file is there that these scripts did not make. */
function isForeign(path: string): boolean {
  try {
    const { isFile } = Deno.lstatSync(path);
    if (!isFile) return true;
    using file = Deno.openSync(path);
    const head = new Uint8Array(headBytes);
    const count = file.readSync(head) ?? 0;
    const text = new TextDecoder().decode(head.subarray(0, count));
    return !marks.some((mark) => text.includes(mark));
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
