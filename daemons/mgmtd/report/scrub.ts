/**
 * Secrets of a CIB, and texts without them: a log or an error of an agent may hold what the CIB hides.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { isSecretName } from "../../../metadata/agents/secret_names.ts";
import { all } from "../api/document/element.ts";
import { hidden } from "../api/show/secrets.ts";

/** Characters that a secret has at least: a shorter one stands in many words. */
const secretMin = 4;

/** Values of parameters whose names mean secrets, the longest first. */
export function secretsIn(cib: XmlElement): readonly string[] {
  const found = [...all(cib)].flatMap(({ name, attributes: { name: key = "", value = "" } }) =>
    name.raw === "nvpair" && isSecretName(key) && value.length >= secretMin &&
      !value.startsWith("lrm://")
      ? [value]
      : []
  );
  return [...new Set(found)].sort((a, b) => b.length - a.length);
}

/** The text without them, also where it is XML or JSON. */
export const scrubbed = (text: string, secrets: readonly string[]): string =>
  secrets.flatMap((
    secret,
  ) => [...new Set([secret, xmlText(secret), JSON.stringify(secret).slice(1, -1)])])
    .reduce((left, secret) => left.replaceAll(secret, hidden), text);

const xmlText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&apos;");
