/**
 * The syntax of a permission in a manifest, and the values that its template may contain.
 *
 * A value fills one place of one template and can never widen it: a comma, a wildcard, a second
 * host, a network, `..`, NUL, `file:` and an empty text are rejected even if the field's type
 * allows them.
 *
 * @module
 */
import type { PermissionName } from "./manifest.ts";

/** Whether a template without placeholders, or a filled one, has the form of its permission. */
export function isPermission(name: PermissionName, entry: string): boolean {
  return forms[name].is(entry);
}

/** An example of a valid entry in a manifest, for the fix of an error. */
export function permissionExample(name: PermissionName): string {
  return forms[name].example;
}

/**
 * A value for a template; undefined if it is not allowed.
 * @param place the part of the template that it replaces, with its braces
 */
export function plainIn(
  name: PermissionName,
  template: string,
  place: string,
  value: unknown,
): string | undefined {
  if (name === "net" && !template.startsWith("unix:")) return plainNet(value, place === template);
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

/** Rejects lists, wildcards, control characters, `..` and schemes. */
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
  if (ipv4Network.test(entry)) return true;
  const form = /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(?::(?<port>\d{1,5}))?$/;
  const { host = "", port = "0" } = form.exec(entry)?.groups ?? { port: "none" };
  return isPort(Number(port)) && (!host.startsWith("[") || URL.canParse(`http://${host}`));
}

/** Deno does not support IPv6 networks. */
const ipv4Network =
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\/(?:3[0-2]|[12]?\d)$/;

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

const path = { is: isAbsolutePath, example: "/etc/ha/authkeys" };
const forms: Readonly<Record<PermissionName, { is(entry: string): boolean; example: string }>> = {
  net: { is: isNet, example: "192.0.2.7:623, 192.0.2.0/24 or unix:/run/ups.sock" },
  read: path,
  write: path,
  run: { is: isAbsolutePath, example: "/usr/bin/ssh" },
  ffi: { is: isAbsolutePath, example: "/usr/lib/x86_64-linux-gnu/libcpg.so.4" },
  env: { is: isWord, example: "HOME" },
  sys: { is: isWord, example: "hostname" },
};
