/**
 * `ha resource describe`: what an agent is for, its parameters and actions, from its meta-data.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { textIn } from "../../../../metadata/text.ts";
import type { Command, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { agentGrant, agentSource, askAgent } from "../plugin/agent.ts";
import { fieldLines } from "../plugin/field_lines.ts";
import {
  agentPlugins,
  consultsLock,
  placeGrant,
  placeOptions,
  type Places,
  placesOf,
} from "../plugin/places.ts";
import { describeAgent, type DescribedAgent } from "./classes.ts";

/** `ha resource describe CLASS:[PROVIDER:]TYPE` */
export const describe: Command = {
  path: ["resource", "describe"],
  summary: "Show the purpose, parameters and actions of an agent",
  positionals: "CLASS:[PROVIDER:]TYPE",
  details: `ha resource agents lists them. ocf:PROVIDER:TYPE, fence_TYPE and files of meta-data,
*.xml, are read as ha plugin check reads them.`,
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print one JSON object" },
  },
  consults: consultsLock,
  grant(call, where, consulted) {
    const source = sourceOf(call.positionals[0] ?? "", where);
    return source === undefined
      ? placeGrant(call, where, agentPlugins, consulted)
      : agentGrant(source);
  },
  async run(call, io, where) {
    const [word, ...more] = call.positionals;
    if (word === undefined || more.length > 0) {
      io.err("Name one agent: ha resource describe CLASS:[PROVIDER:]TYPE\n");
      return exit.usage;
    }
    try {
      const agent = await described(word, where, placesOf(call, where));
      io.out(call.options.json === true ? `${JSON.stringify(agent, undefined, 2)}\n` : text(agent));
      return exit.ok;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      io.err(`${error.message}\n`);
      return exit.noSuch;
    }
  },
};

/** Agents from the field; `stonith:TYPE` means a plugin here. */
const sourceOf = (word: string, where: Where) =>
  word.startsWith("stonith:") ? undefined : agentSource(word, where);

async function described(word: string, where: Where, places: Places): Promise<DescribedAgent> {
  const source = sourceOf(word, where);
  if (source === undefined) return await describeAgent(word, places);
  const { agent: { short_text = {}, long_text = {}, fields, actions } } = await askAgent(
    word,
    source,
  );
  return { name: word, summary: short_text, description: long_text, fields, actions };
}

function text({ name, summary, description, fields, actions }: DescribedAgent): string {
  const long = textIn(description, "en")?.trim() ?? "";
  const short = textIn(summary, "en") ?? "";
  return [
    `${name}: ${short}`,
    ...(long === "" || long === short
      ? []
      : ["", ...long.split("\n").map((line) => `  ${line.trim()}`), ""]),
    fields.length === 0 ? "  has no parameters" : "  parameters:",
    ...fieldLines(fields, "    "),
    "  actions:",
    ...actions.map(({ name, timeout }) =>
      `    ${name}${timeout === undefined ? "" : `, timeout ${timeout}`}`
    ),
    "",
    // A line break in what the agent says begins no line that looks like one of ours.
  ].map((line) => line.replaceAll(/\s*\n\s*/g, " ")).join("\n");
}
