/**
 * The grant of an instance: the permission templates of its manifest, filled from its checked
 * configuration.
 *
 * A value fills one place of one template. It can never widen it: a comma, a space, a wildcard, a
 * second host, a network, `..`, NUL, `file:` and an empty text are refused here whatever the
 * field's type has let through, since the result becomes a flag or a worker's permission set.
 *
 * @module
 */
import { type Checked, type Diagnostic, problem } from "../metadata/diagnostic.ts";
import { messageOf } from "./errors.ts";
import { type PermissionName, permissionNames, type Permissions } from "./manifest.ts";
import { placeholders } from "./manifest.ts";

/** Entries of one permission at most, after lists are filled in. */
const entriesMax = 256;

/**
 * Fills the templates. A template that names an optional field without a value is left out; one
 * that names a list gives an entry for each item, and fields of one item belong together: the
 * address of one item never meets the port of another.
 *
 * @param denoPath what `{deno}` stands for; such a template is refused if it is not known
 */
export function fill(
  permissions: Permissions,
  config: unknown,
  denoPath?: string,
): Checked<Permissions> {
  const granted: Partial<Record<PermissionName, readonly string[]>> = {};
  const diagnostics: Diagnostic[] = [];
  const values = { ...asRecord(config), deno: denoPath };
  const mend = "give the field one plain value, or mend the template in the manifest";
  for (const name of permissionNames) {
    const entries = new Set<string>();
    for (const [at, template] of (permissions[name] ?? []).entries()) {
      try {
        for (const entry of fillings(name, template, values)) entries.add(entry);
        if (entries.size > entriesMax) throw new RangeError(`${name} has ${entries.size} entries`);
      } catch (error) {
        const path = ["permissions", name, at];
        diagnostics.push(problem(path, `"${template}" cannot be filled`, messageOf(error), mend));
      }
    }
    if (entries.size > 0) granted[name] = [...entries];
  }
  return diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, value: granted, warnings: [] };
}

/** All fillings of one template. Throws why there can be none. */
function fillings(name: PermissionName, template: string, config: unknown): string[] {
  let unfolded = [config];
  for (const placeholder of placeholders(template)) {
    unfolded = unfolded.flatMap((one) => [...unfold(one, placeholder.split("."))]);
    if (unfolded.length > entriesMax) {
      throw new RangeError(`it has more than ${entriesMax} entries`);
    }
  }
  return unfolded.map((one) => {
    const filled = template.replace(/\{([^{}]*)\}/g, (whole, placeholder: string) => {
      const path = placeholder.split(".");
      const value = path.reduce<unknown>((inner, step) => asRecord(inner)[step], one);
      const plain = plainFor(name, value, whole === template, template.startsWith("unix:"));
      if (plain !== undefined) return plain;
      throw new TypeError(`the value ${quoted(value)} of "${placeholder}" is not plain`);
    });
    if (forms[name](filled)) return filled;
    throw new TypeError(`"${filled}" is not a permission of kind ${name}`);
  });
}

/** The same configuration for each item of every list on the way; none where there is no value. */
function* unfold(value: unknown, path: readonly string[]): Generator<unknown> {
  const [step, ...rest] = path;
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) { for (const item of value) yield* unfold(item, path); }
  else if (step === undefined) yield value;
  else {
    for (const inner of unfold(asRecord(value)[step], rest)) {
      yield { ...asRecord(value), [step]: inner };
    }
  }
}

/** A value as it may stand in a template; undefined if it may not. */
function plainFor(name: PermissionName, value: unknown, whole: boolean, isPath: boolean) {
  if (name === "net" && !isPath) return plainNet(value, whole);
  if (typeof value !== "string") return undefined;
  const isPlain = name === "env" || name === "sys" ? isWord(value) : isPlainPath(value);
  return isPlain ? value : undefined;
}

const hostName = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})$/;
const ipv6 = /^(?=[^:]*:[^:]*:)[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}$/;

/** A host, a port, or (if it is the whole template) the `host:port` of a URL. */
function plainNet(value: unknown, whole: boolean): string | undefined {
  if (typeof value === "number") return isPort(value) ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  if (hostName.test(value)) return value;
  if (ipv6.test(value)) return `[${value}]`;
  if (!whole || !/^https?:\/\//.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}

function isWord(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** No list, no wildcard, no control character, no step upwards, no scheme. */
function isPlainPath(path: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return path !== "" && !/[\x00-\x1f\x7f,*?{}"'\\]/.test(path) &&
    !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path) &&
    !path.split("/").some((step) => step === "." || step === "..");
}

function isAbsolutePath(path: string): boolean {
  return /^(\/[^/]+)+$/.test(path) && isPlainPath(path);
}

function isNet(entry: string): boolean {
  if (entry.startsWith("unix:")) return isAbsolutePath(entry.slice("unix:".length));
  const form =
    /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(?:\/(?<bits>\d{1,3})|:(?<port>\d{1,5}))?$/;
  const { port = "0", bits = "0" } = form.exec(entry)?.groups ?? { port: "none" };
  return isPort(Number(port)) && Number(bits) <= 128;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

/** Whether a filled entry has the form of its permission. */
const forms: Readonly<Record<PermissionName, (entry: string) => boolean>> = {
  net: isNet,
  read: isAbsolutePath,
  write: isAbsolutePath,
  run: isAbsolutePath,
  ffi: isAbsolutePath,
  env: isWord,
  sys: isWord,
};

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function quoted(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}
