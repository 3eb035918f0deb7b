/**
 * A class whose agents may have secrets: a parameter `lrm://...` becomes the text of its file, just
 * before the agent gets it, and no text of a secret comes back with what the agent says.
 *
 * The plugin of a class reads the files, and not lrmd: the plugin starts agents, which have all rights
 * of the user, so the right to read this one folder adds nothing. lrmd would need a right to files that
 * it does not have, and the secrets would go through its memory, a link and its history.
 *
 * @module
 */
import { isSecretName } from "../../../metadata/agents/secret_names.ts";
import { hiding } from "../../../metadata/hide.ts";
import { isReference, referencePrefix } from "../../../metadata/secrets/reference.ts";
import { readSecrets } from "../../../metadata/secrets/read.ts";
import type { Ra, RaOperation, RaResult } from "./contract.ts";

/**
 * Actions that need no secret to be right: they look at what runs, or end it. A service that nobody can
 * stop would have its node fenced, for a file that is missing.
 */
const without: ReadonlySet<string> = new Set([
  "monitor",
  "status",
  "stop",
  "demote",
  "migrate_to",
  "notify",
  "meta-data",
  "validate-all",
]);

/** Codes by which something runs. */
const runs: ReadonlySet<number> = new Set([0, 8, 190, 191]);

/** Characters of a result, as the contract has them. */
const [outputCharactersMax, reasonCharactersMax] = [4_096, 1_024];

/** OCF: it cannot be run here. */
const notInstalled = 5;

/** The same class; parameters that name secrets get them. @param folder of all secrets. */
export function withSecrets(ra: Ra, folder: string): Ra {
  return {
    ...ra,
    async run(operation) {
      const references = referencesIn(operation);
      if (Object.keys(references).length === 0) {
        return withoutSecrets(await ra.run(operation), operation.parameters);
      }
      const { resource, action } = operation;
      const { values, problems } = await readSecrets({ folder, resource, references });
      const text = problems.join("\n");
      if (problems.length > 0 && !without.has(action)) return missing(text);
      const parameters = { ...openOf(operation), ...values };
      const result = withoutSecrets(await ra.run({ ...operation, parameters }), parameters, values);
      if (problems.length === 0 || runs.has(result.rc) || action !== "monitor") return result;
      // A probe that finds nothing still says what would keep it from a start.
      return operation.intervalMs === 0 ? missing(text) : { ...result, reason: reasonOf(text) };
    },
  };
}

const missing = (text: string): RaResult => ({
  rc: notInstalled,
  timedOut: false,
  output: text.slice(0, outputCharactersMax),
  reason: reasonOf(text),
  noSecrets: true,
});

const reasonOf = (text: string): string =>
  text.replaceAll("\n", "; ").slice(0, reasonCharactersMax);

const referencesIn = ({ parameters }: RaOperation): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => isReference(value)));

/** Parameters that the CIB has in full. */
const openOf = ({ parameters }: RaOperation): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => !value.startsWith(referencePrefix)),
  );

/** What an agent says, without its secrets: those of files, and those that its parameters' names tell of. */
function withoutSecrets(
  result: RaResult,
  parameters: Readonly<Record<string, string>>,
  read: Readonly<Record<string, string>> = {},
): RaResult {
  const secrets = Object.fromEntries(
    Object.entries(parameters).filter(([name]) => Object.hasOwn(read, name) || isSecretName(name)),
  );
  const names = Object.keys(secrets);
  if (names.length === 0) return result;
  const hide = hiding(
    names.map((fieldname) => ({ fieldname, basictype: "string", secret: true })),
    secrets,
  );
  const { output, reason } = result;
  const clean = (text: string) => hide(withoutRest(text, Object.values(secrets)));
  return {
    ...result,
    output: clean(output).slice(-outputCharactersMax),
    ...(reason === undefined ? {} : { reason: clean(reason).slice(0, reasonCharactersMax) }),
  };
}

/** Only the end of an output is kept, so it may begin with the end of a secret. */
function withoutRest(text: string, secrets: readonly string[]): string {
  if (text.length < outputCharactersMax - 2) return text;
  let cut = 0;
  for (const secret of secrets) {
    for (let from = 1; from < secret.length; from++) {
      if (!text.startsWith(secret.slice(from))) continue;
      cut = Math.max(cut, secret.length - from);
      break;
    }
  }
  return text.slice(cut);
}
