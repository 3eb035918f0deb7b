/**
 * The forms in which libraries repeat a secret: an error of an HTTP client contains it in an
 * address, a header in base64, a dump of an object in JSON.
 *
 * @module
 */

/** Characters of base64 in a row at least: fewer might stand in any word. */
const base64Min = 4;

/** Expressions that find any form of any of the secrets. */
export function escapes(secrets: readonly string[]): readonly RegExp[] {
  const loose = new Set(secrets.flatMap(writtenForms));
  const cores = new Set(secrets.flatMap(base64Cores));
  const base64 = "[A-Za-z0-9+/_-]{0,2}";
  return [
    new RegExp(anyOf(loose), "gi"),
    ...(cores.size === 0 ? [] : [new RegExp(`${base64}${anyOf(cores)}${base64}={0,2}`, "g")]),
  ];
}

/** The longest first, since one secret may begin with another. */
function anyOf(texts: ReadonlySet<string>): string {
  const longest = [...texts].sort((a, b) => b.length - a.length);
  return `(?:${longest.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|")})`;
}

/** As it is, in JSON (twice too), in URLs, forms and XML, and in hexadecimal digits. */
function writtenForms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const json = inJson(secret);
  const hex = bytes.toHex();
  const url = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    json,
    inJson(json),
    json.replace(/[^\x20-\x7e]/g, unitOf), // as writers of plain ASCII do
    [...secret].flatMap((one) => [...one].map(unitsOf)).join(""),
    json.replaceAll("/", "\\/"),
    secret.replaceAll("'", "\\'"),
    secret.replaceAll("'", `'\\''`), // as a shell quotes it
    secret.replaceAll(/\s/g, " "),
    url,
    url.replaceAll("%20", "+"),
    encodeURI(secret.toWellFormed()),
    new URLSearchParams({ "": secret }).toString().slice(1),
    hex.replace(/../g, "%$&"),
    hex,
    hex.replace(/..(?=.)/g, "$&:"),
    hex.replace(/..(?=.)/g, "$& "),
    secret.replace(/[&<>"']/g, (sign) => named[sign] ?? sign),
    secret.replace(/[&<>]/g, (sign) => named[sign] ?? sign),
  ];
}

const named: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const unitOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
const unitsOf = (character: string): string => character.split("").map(unitOf).join("");

/**
 * What base64 writes for a secret wherever it stands in what is encoded (`user:password`): three
 * bytes are four characters, so there are three ways, of which the characters at both ends are left
 * out that others share.
 */
function base64Cores(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((shift) => {
    const text = new Uint8Array([...new Uint8Array(shift), ...bytes]).toBase64();
    const bits = 8 * (shift + bytes.length);
    const core = text.slice(Math.ceil(8 * shift / 6), Math.floor(bits / 6));
    if (core.length < base64Min) return [];
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
