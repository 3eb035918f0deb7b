/**
 * The grant of an instance: the permission templates of its manifest, filled from its checked
 * configuration, and held against the operator's policy.
 *
 * A value fills one place of one template. It can never widen it: a comma, a space, a wildcard, a
 * second host, a network, `..`, NUL, `file:` and an empty text are refused here whatever the
 * field's type has let through, since the result becomes a flag or a worker's permission set.
 *
 * @module
 */
import type { Checked, Diagnostic } from "../metadata/diagnostic.ts";
import type { Permissions } from "./manifest.ts";

/** What an operator allows, by plugin: `stonith/ipmi`, `stonith/*` or `*`. */
export type Policy = Readonly<Record<string, Permissions>>;

/** The names of permissions, in the order people read them. */
export const permissionNames = ["net", "read", "write", "run", "env", "ffi", "sys"] as const;
type PermissionName = typeof permissionNames[number];

/** Entries of one permission at most, after lists are filled in. */
const entriesMax = 256;

/** What stands in braces in a template. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
}

/**
 * Fills the templates. A template that names an optional field without a value is left out; one
 * that names a list gives an entry for each item.
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
  for (const name of permissionNames) {
    const entries = (permissions[name] ?? []).flatMap((template, at) => {
      const refuse = (why: string) => {
        diagnostics.push({
          severity: "error",
          path: ["permissions", name, at],
          what: `"${template}" cannot be filled`,
          why,
          mend: "give the field one plain value, or mend the template in the manifest",
        });
        return [];
      };
      const filled = fillOne(name, template, { ...asRecord(config), deno: denoPath });
      if (typeof filled === "string") return refuse(filled);
      const bad = filled.find((entry) => !forms[name](entry));
      return bad === undefined ? filled : refuse(`"${bad}" is not a permission of kind ${name}`);
    });
    if (entries.length > entriesMax) {
      diagnostics.push({
        severity: "error",
        path: ["permissions", name],
        what: `${entries.length} entries`,
        why: `an instance is granted ${entriesMax} of a kind at most`,
        mend: "split the configuration into several instances",
      });
    }
    if (entries.length > 0) granted[name] = [...new Set(entries)];
  }
  return diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, value: granted, warnings: [] };
}

/** All fillings of one template, or why there can be none. */
function fillOne(name: PermissionName, template: string, config: unknown): string[] | string {
  // Fields of one item of a list belong together: the address of one item never meets the port of
  // another.
  const list = placeholders(template).map((placeholder) => placeholder.split(".")[0] ?? "")
    .find((root) => Array.isArray(asRecord(config)[root]));
  if (list !== undefined) {
    const filled: string[] = [];
    for (const item of asRecord(config)[list] as readonly unknown[]) {
      const one = fillOne(name, template, { ...asRecord(config), [list]: item });
      if (typeof one === "string") return one;
      filled.push(...one);
      if (filled.length > entriesMax) return `it has more than ${entriesMax} fillings`;
    }
    return filled;
  }
  let filled = [""];
  let rest = template;
  for (const placeholder of placeholders(template)) {
    const start = rest.indexOf(`{${placeholder}}`);
    const before = rest.slice(0, start);
    rest = rest.slice(start + placeholder.length + 2);
    const values: string[] = [];
    for (const value of valuesAt(config, placeholder.split("."))) {
      const plain = name === "net" && !template.startsWith("unix:")
        ? plainNet(value, template === `{${placeholder}}`)
        : name === "env" || name === "sys"
        ? plainWord(value)
        : plainPath(value);
      if (plain === undefined) return `the value ${quoted(value)} of "${placeholder}" is not plain`;
      values.push(plain);
    }
    filled = filled.flatMap((head) => values.map((value) => head + before + value));
    if (filled.length > entriesMax) return `it has more than ${entriesMax} fillings`;
  }
  return filled.map((head) => head + rest);
}

function valuesAt(value: unknown, [first, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => valuesAt(item, first === undefined ? [] : [first, ...rest]));
  }
  if (value === undefined || value === null) return [];
  return first === undefined ? [value] : valuesAt(asRecord(value)[first], rest);
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

function plainPath(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && isPlainPath(value) ? value : undefined;
}

function plainWord(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value) ? value : undefined;
}

/** No list, no wildcard, no control character, no step upwards, no scheme. */
function isPlainPath(path: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return !/[\x00-\x1f\x7f,*?{}"'\\]/.test(path) && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path) &&
    !path.split("/").some((step) => step === "." || step === "..");
}

/** Whether a filled entry has the form of its permission. */
const forms: Readonly<Record<PermissionName, (entry: string) => boolean>> = {
  net: isNet,
  read: isAbsolutePath,
  write: isAbsolutePath,
  run: isAbsolutePath,
  ffi: isAbsolutePath,
  env: (entry) => plainWord(entry) !== undefined,
  sys: (entry) => /^[A-Za-z]+$/.test(entry),
};

function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") && path !== "/" && !path.includes("//") && !path.endsWith("/") &&
    isPlainPath(path);
}

function isNet(entry: string): boolean {
  if (entry.startsWith("unix:")) return isAbsolutePath(entry.slice("unix:".length));
  const { host, port, bits } =
    /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(?:\/(?<bits>\d{1,3})|:(?<port>\d{1,5}))?$/
      .exec(entry)?.groups ?? {};
  return host !== undefined && (port === undefined || isPort(Number(port))) &&
    (bits === undefined || Number(bits) <= 128);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

/**
 * What the policy refuses of a grant: one diagnostic for each entry, with the command that would
 * grant it. Nothing is refused without a policy.
 */
export function refusals(id: string, granted: Permissions, policy?: Policy): Diagnostic[] {
  if (policy === undefined) return [];
  const rules = [policy["*"], policy[`${id.split("/")[0]}/*`], policy[id]];
  return permissionNames.flatMap((name) =>
    (granted[name] ?? []).flatMap((entry, at): Diagnostic[] => {
      const allowed = rules.flatMap((rule) => rule?.[name] ?? []);
      if (allowed.some((wide) => wide === "*" || covers(name, wide, entry))) return [];
      return [{
        severity: "error",
        path: ["permissions", name, at],
        what: `"${id}" asks ${name} "${entry}"`,
        why: "the operator's policy does not allow it",
        mend: `if it is right, run: ha plugin trust ${id} --allow-${name}=${entry}`,
      }];
    })
  );
}

/** Whether a permission `wide` contains the permission `narrow`. */
export function covers(name: PermissionName, wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (name === "read" || name === "write") return narrow.startsWith(`${wide}/`);
  if (name !== "net" || wide.startsWith("unix:")) return false;
  const host = narrow.replace(/:\d+$/, "");
  if (host === wide) return true;
  const [network = "", bits] = wide.split("/");
  const net = ipv4Number(network);
  const address = ipv4Number(host);
  if (bits === undefined || net === undefined || address === undefined) return false;
  const divisor = 2 ** (32 - Number(bits));
  return Math.floor(net / divisor) === Math.floor(address / divisor);
}

function ipv4Number(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function quoted(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}
