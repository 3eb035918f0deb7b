/**
 * OCF agents of this machine, and the meta-data of any agent, as lrmd of the node gets it.
 *
 * @module
 */
import type { Message } from "../../runtime/messages.ts";
import { Ending } from "../compat/exit_code.ts";
import { toolExit } from "./document.ts";
import { classFolder, ocfFolder } from "./files.ts";
import type { ToolCall } from "./tool.ts";

/** Milliseconds that an agent may take to describe itself. */
const answerMs = 20_000;

async function names(
  folder: string,
  wanted: (entry: Deno.DirEntry) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (wanted(entry) && !entry.name.startsWith(".")) found.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** Fencing devices are resources of this class, and no agents. */
const fencing = "stonith";

/** The classes that nodes of this project can have, and that of fencing devices. */
export const classesIn = async ({ project }: ToolCall): Promise<readonly string[]> =>
  [...await names(classFolder(project), ({ isDirectory }) => isDirectory), fencing].sort();

/** Providers; those of one type of agent if it is named. */
export async function providersOf(type?: string): Promise<readonly string[]> {
  const all = await names(ocfFolder, ({ isDirectory, isSymlink }) => isDirectory || isSymlink);
  if (type === undefined) return all;
  const found: string[] = [];
  for (const provider of all) {
    if ((await names(`${ocfFolder}/${provider}`, ({ name }) => name === type)).length > 0) {
      found.push(provider);
    }
  }
  return found;
}

/** Types of `ocf:PROVIDER` or `ocf`; of other classes none are known here. */
export async function agentsIn(text: string): Promise<readonly string[]> {
  const [kind, provider] = text.split(":");
  if (kind !== "ocf") return [];
  const providers = provider === undefined ? await providersOf() : [provider];
  const found = new Set<string>();
  for (const one of providers) {
    if (!/^[\w.-]+$/.test(one)) continue;
    for (const name of await names(`${ocfFolder}/${one}`, ({ isDirectory }) => !isDirectory)) {
      found.add(name);
    }
  }
  return [...found].sort();
}

/** The meta-data as XML. @throws {Ending} if this node does not know the agent. */
export async function metaDataOf(call: ToolCall, name: string): Promise<string> {
  const [kind = "", second = "", third] = name.split(":");
  const agent = third === undefined
    ? { class: kind, type: second }
    : { class: kind, provider: second, type: third };
  const client = await call.client();
  const isStonith = kind === fencing;
  const { metaData } = await client.ask(
    isStonith ? "stonithd" : "lrmd",
    isStonith
      ? { type: "fence/describe", id: "describe", device: second }
      : { type: "lrm/describe", id: "describe", agent },
    (message): message is Extract<Message, { type: "lrm/described" | "fence/described" }> =>
      message.type === "lrm/described" || message.type === "fence/described",
    answerMs,
  );
  if (metaData === undefined) {
    throw new Ending(toolExit.noSuch, `Metadata query for ${name} failed: No such device`);
  }
  return metaData.endsWith("\n") ? metaData : `${metaData}\n`;
}
