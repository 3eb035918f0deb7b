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
import type { Grant } from "../../../site/flags.ts";
import type { Where } from "../../command.ts";
import { folderUrl } from "./places.ts";
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";

/** Milliseconds that an agent may take to say what it is. */
const sayMs = 20_000;
/** Bytes that it may say. */
const saidBytesMax = 1024 * 1024;

/** Where the meta-data of an agent comes from. */
export type AgentSource =
  | { readonly file: string }
  | { readonly program: string; readonly args: readonly string[] };

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
  if (plugin !== undefined) return { program: "/usr/sbin/stonith", args: ["-t", plugin, "-m"] };
  if (!word.endsWith(".xml")) return undefined;
  return { file: filePath(folderUrl(word, here)) };
}

/** What reading it takes. */
export function agentGrant(source: AgentSource): Grant {
  return "file" in source ? { read: [source.file] } : { run: [source.program] };
}

/**
 * Asks an agent what it is.
 * @throws {DiagnosticError} if what it says cannot be read
 */
export async function askAgent(word: string, source: AgentSource): Promise<ReadAgent> {
  const said = "file" in source ? await Deno.readTextFile(source.file) : await sayOf(source);
  const read = readAgent(said);
  if (!read.ok) throw new DiagnosticError(`Cannot read the meta-data of ${word}`, read.diagnostics);
  return read.value;
}

async function sayOf(
  { program, args }: { readonly program: string; readonly args: readonly string[] },
): Promise<string> {
  let child;
  try {
    child = new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", OCF_ROOT: "/usr/lib/ocf" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`There is no agent ${program} on this machine`);
  }
  const reader = child.stdout.getReader();
  let late = false;
  const timer = setTimer(() => {
    late = true;
    void reader.cancel();
    child.kill("SIGKILL");
  }, sayMs);
  const decoder = new TextDecoder();
  let said = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      said += decoder.decode(value, { stream: true });
      if (said.length > saidBytesMax) {
        child.kill("SIGKILL");
        throw new Error(`${program} says more than ${saidBytesMax} bytes of itself`);
      }
    }
    await child.status;
  } finally {
    clearTimer(timer);
    await reader.cancel();
  }
  if (late) throw new Error(`${program} did not say what it is within ${sayMs} ms`);
  return said;
}
