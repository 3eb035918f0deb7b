/**
 * Agents from the field as a person names them: `ocf:heartbeat:IPaddr2`, `fence_apc`,
 * `stonith:external/ipmi`, or a file of meta-data. What they say of themselves is asked of them, and
 * read as if a stranger had written it.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { type ReadAgent, readAgent } from "../../../../metadata/agents/mod.ts";
import { filePath } from "../../../../pils/found.ts";
import { bytesMax, readBounded } from "../../../site/bounded_file.ts";
import type { Grant } from "../../../site/flags.ts";
import { didYouMean } from "../../../../metadata/nearest.ts";
import type { Where } from "../../command.ts";
import { askProgram } from "./ask_program.ts";
import { folderUrl } from "./places.ts";

/** Where the meta-data of an agent comes from. */
export type AgentSource =
  | { readonly file: string }
  | { readonly program: string; readonly args: readonly string[] };

/** The program that has the stonith plugins of the originals. */
const stonith = "/usr/sbin/stonith";

const part = "[A-Za-z0-9][A-Za-z0-9._+\\-]*";

/** The source of the agent that a word names; undefined if it names none. */
export function agentSource(word: string, { here }: Where): AgentSource | undefined {
  const [, provider, type] = new RegExp(`^ocf:(${part}):(${part})$`).exec(word) ?? [];
  if (type !== undefined) {
    return { program: `/usr/lib/ocf/resource.d/${provider}/${type}`, args: ["meta-data"] };
  }
  const [, fence] = /^(?:stonith:)?(fence_[a-z0-9_]+)$/.exec(word) ?? [];
  if (fence !== undefined) return { program: `/usr/sbin/${fence}`, args: ["-o", "metadata"] };
  const [, plugin] = new RegExp(`^stonith:(${part}(?:/${part})?)$`).exec(word) ?? [];
  if (plugin !== undefined) return { program: stonith, args: ["-t", plugin, "-m"] };
  if (!word.endsWith(".xml")) return undefined;
  return { file: filePath(folderUrl(word, here)) };
}

/** What reading it takes. `/bin/sh` ends what a program has started and left behind. */
export function agentGrant(source: AgentSource): Grant {
  return "file" in source ? { read: [source.file] } : { run: [source.program, "/bin/sh"] };
}

/**
 * Asks an agent what it is.
 * @throws {DiagnosticError | Error} if there is none, or what it says cannot be read
 */
export async function askAgent(word: string, source: AgentSource): Promise<ReadAgent> {
  if ("file" in source) {
    return readAs(word, (await readBounded(source.file, bytesMax.metaData)).bytes);
  }
  const { program, args } = source;
  if (program === stonith) await mustBeListed(word);
  const { bytes, errors, code } = await askProgram(program, args);
  const ending = `${program} ended with code ${code}${errors === "" ? "" : ` and said: ${errors}`}`;
  if (code !== 0 && bytes.length === 0) {
    throw new Error(`Cannot read the meta-data of ${word}: it printed none. ${ending}`);
  }
  try {
    const read = readAs(word, bytes);
    return code === 0 ? read : {
      ...read,
      slips: [...read.slips, {
        severity: "warning",
        path: ["meta-data"],
        what: `the agent ended with code ${code}`,
        why: "what prints its meta-data ends with 0",
        fix: "see what it says on standard error",
        code: "HA7007",
      }],
    };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new Error(`${error.message}\n${ending}`, { cause: error });
  }
}

/** It describes every name, also of what is not there. */
async function mustBeListed(word: string): Promise<void> {
  const { bytes } = await askProgram(stonith, ["-L"]);
  const why = notListed(word, new TextDecoder().decode(bytes));
  if (why !== undefined) throw new Error(why);
}

/** Why a plugin of `stonith` is none, by the list that it prints; undefined: it is there. */
export function notListed(word: string, list: string): string | undefined {
  const known = list.split(/\s+/).filter((name) => name !== "");
  const type = word.slice(word.indexOf(":") + 1);
  if (known.includes(type)) return undefined;
  return `${word} is not installed on this machine.${didYouMean(type, known)}`;
}

function readAs(word: string, bytes: Uint8Array): ReadAgent {
  const read = readAgent(bytes);
  if (!read.ok) throw new DiagnosticError(`Cannot read the meta-data of ${word}`, read.diagnostics);
  return read.value;
}
