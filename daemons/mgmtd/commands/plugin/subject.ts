/**
 * A plugin or an agent that a person asks about: its name and its fields.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import type { Field, Text } from "../../../../metadata/field.ts";
import type { Grant } from "../../../site/flags.ts";
import type { Call, Consulted, Where } from "../../command.ts";
import { readManifests } from "../../../site/consent/discover.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import { agentGrant, agentSource, askAgent } from "./agent.ts";
import { folderOf, placeGrant, placesOf } from "./places.ts";

/** Something that is configured. */
export interface Subject {
  readonly name: string;
  readonly summary: Text;
  readonly fields: readonly Field[];
}

/** What reading the subjects takes. */
export function subjectGrant(
  call: Call,
  where: Where,
  words: readonly string[],
  consulted?: Consulted,
): Grant {
  const sources = words.map((word) => agentSource(word, where)).filter((one) => one !== undefined);
  const plugins = words.filter((word) => agentSource(word, where) === undefined);
  const grants = [
    placeGrant(call, where, { folders: plugins }, consulted),
    ...sources.map(agentGrant),
  ];
  const joined = (name: keyof Grant) => [...new Set(grants.flatMap((grant) => grant[name] ?? []))];
  return { read: joined("read"), run: joined("run"), env: joined("env") };
}

/** Reads the subject that a word names. */
export async function subjectOf(word: string, call: Call, where: Where): Promise<Subject> {
  const source = agentSource(word, where);
  if (source !== undefined) {
    const { agent: { short_text = {}, fields } } = await askAgent(word, source);
    return { name: word, summary: short_text, fields };
  }
  const places = placesOf(call, where);
  const folder = await folderOf(word, await readWholeLock(places.lock), places, where);
  const [found] = await readManifests([folder], places);
  if (found?.manifest.ok !== true) {
    throw new DiagnosticError(`Cannot read "${word}"`, found?.manifest.diagnostics ?? []);
  }
  const { kind, name, summary, config } = found.manifest.value;
  return { name: `${kind}/${name}`, summary, fields: config };
}
