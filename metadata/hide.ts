/**
 * Keeps secrets out of what others say: a plugin has its configuration, and may put a secret of it
 * into an error or a line of the log. What leaves it is read first, and the secret replaced.
 *
 * @module
 */
import type { Field } from "./field.ts";
import { isSecret, membersOf } from "./facts.ts";

/** Characters that a secret has at least to be looked for: less would blank half of every word. */
const secretMin = 4;

/** What stands in the place of a secret. */
export const hidden = "***";

/**
 * Makes the function that replaces the secrets of a configuration in a text: as they are, as they
 * stand in JSON, and as they stand in a URL; each line of one also by itself, since a log has lines.
 */
export function hiding(fields: readonly Field[], values: unknown): (text: string) => string {
  const secrets = new Set<string>();
  const whole = secretsOf(fields, values);
  for (const secret of whole.concat(whole.flatMap((text) => text.split(/[\r\n]+/)))) {
    if (secret.length < secretMin) continue;
    secrets.add(secret).add(JSON.stringify(secret).slice(1, -1)).add(encodeURIComponent(secret));
  }
  const longest = [...secrets].sort((a, b) => b.length - a.length);
  return (text) => longest.reduce((said, secret) => said.replaceAll(secret, hidden), text);
}

function secretsOf(fields: readonly Field[], values: unknown): readonly string[] {
  if (typeof values !== "object" || values === null) return [];
  return fields.flatMap((field) => {
    if (!Object.hasOwn(values, field.fieldname)) return [];
    const value: unknown = Reflect.get(values, field.fieldname);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (field.basictype === "struct") {
      return items.flatMap((item) => secretsOf(membersOf(field), item));
    }
    return isSecret(field) ? items.map(String) : [];
  });
}
