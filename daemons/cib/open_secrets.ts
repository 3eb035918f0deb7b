/**
 * Secrets that stand in the CIB: parameters that are secrets by their names or by their agents'
 * meta-data, with a value instead of a reference. They are used as they are; a warning names the
 * command that moves them to files. No warning has a value.
 *
 * @module
 */
import { isSecretName } from "../../metadata/agents/secret_names.ts";
import { clip } from "../../metadata/clip.ts";
import { withCode } from "../../metadata/code.ts";
import { isSecret } from "../../metadata/facts.ts";
import { printable } from "../../metadata/printable.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import type { AgentName } from "../runtime/messages.ts";
import { type Configured, configuredIn } from "./configured.ts";
import { fieldsReader, type MetaData } from "./written_parameters.ts";

/** Fencing devices have other ways, and no files of this kind. */
const withoutFiles: ReadonlySet<string> = new Set(["stonith"]);
/** Characters of a warning. */
const charactersMax = 500;

/** Says of a parameter of an agent whether it is a secret. */
type Tells = (agent: AgentName, name: string) => boolean;

const byName: Tells = (_agent, name) => isSecretName(name);

/** What a document has, a line each. */
export const openSecretsIn = (root: XmlElement): readonly string[] =>
  configuredIn(root).flatMap((one) => linesOf(one, undefined, byName));

/** What a write adds, as far as names tell. */
export const openSecrets = (before: XmlElement, after: XmlElement): readonly string[] =>
  added(before, after, byName);

/** What a write adds, as only the agents' meta-data tells. */
export function privateSecrets(
  before: XmlElement,
  after: XmlElement,
  metaData: MetaData,
): readonly string[] {
  const fieldsOf = fieldsReader(metaData);
  return added(before, after, (agent, name) =>
    !isSecretName(name) &&
    (fieldsOf(agent) ?? []).some((field) => field.fieldname === name && isSecret(field)));
}

function added(before: XmlElement, after: XmlElement, tells: Tells): readonly string[] {
  const old = new Map(configuredIn(before).map((one) => [one.id, one]));
  return configuredIn(after).flatMap((one) => linesOf(one, old.get(one.id), tells));
}

/** Values that were the same before are no news. */
function linesOf(
  { id, tag, agent, values }: Configured,
  was: Configured | undefined,
  tells: Tells,
): readonly string[] {
  if (withoutFiles.has(agent.class)) return [];
  return Object.entries(values).flatMap(([name, pair]) => {
    const same = was !== undefined && Object.hasOwn(was.values, name) &&
      was.values[name]?.value === pair.value;
    if (same || pair.value === "" || !tells(agent, name)) return [];
    const of = tag === "template" ? "RESOURCE" : id;
    const text =
      `${tag} "${id}", nvpair "${pair.id}": parameter "${name}" is a secret, and everyone ` +
      "who may read the CIB can read it";
    const fix = `ha resource secret set ${of} ${name} --cib`;
    return [printable(clip(withCode("HA7010", `${text}. Fix: ${fix}`), charactersMax))];
  });
}
