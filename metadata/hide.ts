/**
 * Hides secrets in the output of plugins. A plugin has its configuration and may put a secret of it
 * into an error, a value, an event or a log line. All output is searched before it is truncated or
 * changed, and the secret is replaced.
 *
 * @module
 */
import type { Field } from "./field.ts";
import { isSecret, membersOf } from "./facts.ts";
import { escapes } from "./secret_forms.ts";

/** Minimum characters of a secret to hide: a shorter one would match within many words. */
const secretMin = 4;

/** The replacement of a secret. */
export const hidden = "***";

/** The sender may have truncated texts of this length, in the middle of a secret. */
export const cutCharacters = 4_096;

/** Replaces secrets in a text. */
export type Hide = (text: string) => string;

/**
 * Creates the function that replaces the secrets of a configuration in a text: as they are in large
 * or small letters, and as JSON, URLs, XML, hexadecimal digits and base64 write them; each line of
 * one also by itself, since a log has lines. At the end of a text that may have been cut, the
 * beginning of a secret is one too.
 */
export function hiding(fields: readonly Field[], values: unknown): Hide {
  const whole = partsOf(fields, values).secrets;
  const secrets = [...new Set(whole.concat(whole.flatMap((text) => text.split(/[\r\n]+/))))]
    .filter((secret) => secret.length >= secretMin);
  if (secrets.length === 0) return (text) => text;
  const patterns = escapes(secrets);
  return (text) => {
    const said = patterns.reduce((left, pattern) => left.replace(pattern, hidden), text);
    return text.length < cutCharacters ? said : withoutBeginning(said, secrets);
  };
}

/**
 * The same for every text within a value. A text that is as a whole what the configuration says
 * openly elsewhere stays: a node may be named like a password.
 */
export function hidingIn(
  fields: readonly Field[],
  values: unknown,
): (value: unknown) => unknown {
  const { secrets, open } = partsOf(fields, values);
  if (secrets.length === 0) return (value) => value;
  const hide = hiding(fields, values);
  const known = new Set(open);
  return function within(value: unknown): unknown {
    if (typeof value === "string") return known.has(value) ? value : hide(value);
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(within);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [hide(key), within(one)]));
  };
}

/** All secrets of this process, to hide them in its own output. */
export class Secrets {
  /** By what it hides in, the one that came last at the end. */
  readonly #hides = new Set<Hide>();

  /** Maximum number of configurations; the oldest is dropped. */
  static readonly hidesMax = 1_024;

  /** Adds one; the same one twice counts once. */
  add(hide: Hide): void {
    this.#hides.delete(hide);
    this.#hides.add(hide);
    const [oldest] = this.#hides;
    if (this.#hides.size > Secrets.hidesMax && oldest !== undefined) this.#hides.delete(oldest);
  }

  /** The text without any of them. */
  hide(text: string): string {
    return [...this.#hides].reduce((said, hide) => hide(said), text);
  }
}

/** Removes the beginning of a secret at the end of a text. */
function withoutBeginning(text: string, secrets: readonly string[]): string {
  let cut = text.length;
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
      if (!text.endsWith(secret.slice(0, length))) continue;
      cut = Math.min(cut, text.length - length);
      break;
    }
  }
  return cut === text.length ? text : text.slice(0, cut) + hidden;
}

/** The secrets of a configuration, and its other texts. */
function partsOf(
  fields: readonly Field[],
  values: unknown,
): { readonly secrets: readonly string[]; readonly open: readonly string[] } {
  const [secrets, open]: [string[], string[]] = [[], []];
  if (typeof values !== "object" || values === null) return { secrets, open };
  for (const field of fields) {
    if (!Object.hasOwn(values, field.fieldname)) continue;
    const value: unknown = Reflect.get(values, field.fieldname);
    for (const item of Array.isArray(value) ? value as readonly unknown[] : [value]) {
      if (field.basictype === "struct") {
        const inner = partsOf(membersOf(field), item);
        secrets.push(...inner.secrets);
        open.push(...inner.open);
      } else (isSecret(field) ? secrets : open).push(String(item));
    }
  }
  return { secrets, open };
}
