/**
 * What a plugin asks, in words that a person can agree to or not.
 *
 * @module
 */
import { fieldAt } from "../../../../metadata/diagnose.ts";
import type { Field } from "../../../../metadata/field.ts";
import { type Manifest, permissionNames, placeholders } from "../../../../metadata/manifest.ts";
import type { Locked } from "../../../site/consent/lock.ts";
import type { Isolation } from "../../../../pils/manifest.ts";

const meaning: Readonly<Record<typeof permissionNames[number], (entry: string) => string>> = {
  net: (entry) =>
    entry.startsWith("unix:")
      ? `talk with the program at the socket ${entry.slice("unix:".length)}: at one of a node it ` +
        "may command the cluster"
      : `talk over the network with ${entry}${reachOf(entry)}`,
  read: (entry) => `read ${entry}`,
  write: (entry) => `write ${entry}`,
  run: (entry) =>
    `start ${entry}, which then may do whatever the user of the daemon may: this is full trust`,
  env: (entry) => `see the environment variable ${entry}`,
  ffi: (entry) => `call the library ${entry}, with which it may do anything: this is full trust`,
  sys: (entry) => `ask the system for ${entry}`,
};

const kept: Readonly<Record<Isolation, string>> = {
  inline: "inside the daemon, trusted as the daemon itself",
  worker: "in a thread with these permissions alone; it could stall or end its daemon",
  process: "in a process of its own with these permissions alone, and bounded memory",
};

/**
 * How far an entry of the network reaches, where its form does not show it: a person who reads
 * `0.0.0.0/0` among other numbers may not notice that it means everybody.
 */
function reachOf(entry: string): string {
  const { host = entry, port } =
    /^(?<host>.+?\]?)(?::(?<port>\d+|\{[^{}]+\}))?$/.exec(entry)?.groups ?? {};
  const bits = Number(/\/(\d+)$/.exec(entry)?.[1] ?? NaN);
  if (bits === 0) return ": any address and any port, in the whole internet";
  if (bits < 32) return `: each of ${2 ** (32 - bits)} addresses, at any port`;
  // To send from any port of this machine, a program opens one at these.
  if (["0.0.0.0", "[::]"].includes(host)) {
    return port === "0"
      ? ": to open a port of this machine, at any of its addresses"
      : `: any address of this machine, at ${port === undefined ? "any port" : "this port"}`;
  }
  return port === undefined ? ", at any port" : "";
}

/** What a node gives to each plugin of a kind without being asked for a permission. */
const handed: Readonly<Record<string, string>> = {
  medium:
    "every packet of its link, which anybody can read who gets it, unless the key is of aes256gcm",
  ra: "the parameters of each resource of its class, passwords among them",
  stonith: "what its devices are configured with, passwords among it",
  watchdog: "the beats of this node: it can end the node by taking none",
};

/**
 * Each permission as a sentence; `{field}` is what each instance's configuration says there. Where that
 * says nothing it is the default, which is the author's choice: so it is a part of what is asked.
 */
export function asks({ permissions, config }: Pick<Manifest, "permissions" | "config">): string[] {
  return permissionNames.flatMap((name) =>
    (permissions[name] ?? []).map((entry) => {
      const defaults = placeholders(entry).flatMap((place) => defaultsOf(config, place));
      const sentence = meaning[name](entry);
      return defaults.length === 0
        ? sentence
        : `${sentence} (unless configured otherwise, ${defaults.join(", ")})`;
    })
  );
}

/** The default of a field, and of the groups that it is in. */
function defaultsOf(config: readonly Field[], place: string): string[] {
  const steps = place.split(".");
  return steps.flatMap((_, at) => {
    const path = steps.slice(0, at + 1);
    const value = fieldAt(config, path)?.default;
    return value === undefined ? [] : [`{${path.join(".")}} is ${ascii(JSON.stringify(value))}`];
  });
}

/** No letter of it can be taken for another. */
const ascii = (json: string): string =>
  json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** What braces mean, if there are any. */
function braces(sentences: readonly string[]): string[] {
  const some = sentences.some((sentence) => sentence.includes("{"));
  return some
    ? ["    ({...} is what the configuration of each instance says there, or the default named)"]
    : [];
}

/** All that a person should know before the consent. */
export function consentText(
  id: string,
  locked: Locked,
  signature: string,
  before?: Locked,
): readonly string[] {
  const { manifest, files, packages, isolation } = locked;
  const old = new Set(
    before === undefined
      ? []
      : asks({ permissions: before.granted, config: before.manifest.config }),
  );
  const wanted = asks(manifest);
  const gone = [...old].filter((sentence) => !wanted.includes(sentence));
  const mark = (sentence: string) => before !== undefined && !old.has(sentence) ? "NEW: " : "";
  const changed = before === undefined ? [] : changedFiles(before, locked);
  return [
    `${id} ${before === undefined ? "" : `${before.manifest.version} -> `}${manifest.version}`,
    `  Signature: ${signature}`,
    // In quotes: these are the author's words, and could read like ours.
    `  It calls itself ${JSON.stringify(manifest.summary["en"] ?? "")}, by ${
      manifest.author === undefined ? "nobody it names" : JSON.stringify(manifest.author)
    }, under ${JSON.stringify(manifest.license)}.`,
    wanted.length === 0 ? "  It asks for no permission." : "  It asks to:",
    ...wanted.map((sentence) => `    - ${mark(sentence)}${sentence}`),
    ...gone.map((sentence) => `    - no longer: ${sentence}`),
    ...braces(wanted),
    ...packages.map((name) =>
      `    - ${
        before !== undefined && !before.packages.includes(name) ? "NEW: " : ""
      }use the package ${name}`
    ),
    ...Object.hasOwn(handed, manifest.kind) && !locked.shipped
      ? [`  The node gives it ${handed[manifest.kind]}.`]
      : [],
    `  It runs ${kept[isolation]}.${
      before !== undefined && before.isolation !== isolation
        ? ` NEW: before, ${before.isolation}.`
        : ""
    }`,
    `  Its code: ${Object.keys(files).length} files.`,
    ...besideText(locked),
    ...changed.map((line) => `    ${line}`),
  ];
}

/** Said of a stranger's plugin that has the identity of one of the project. */
export const inPlaceOfOurs = (id: string): string =>
  `  It replaces the project's own ${id}: the complete configuration of that plugin, secrets ` +
  "included, is given to this one.\n";

/** The question, which says once more what is agreed to: all before it may have scrolled away. */
export function question(changed: readonly (readonly [string, Locked])[]): string {
  const [first] = changed;
  if (first === undefined || changed.length > 1) return "Agree to these? [y/N]";
  const [id, { manifest: { permissions } }] = first;
  const counted = permissionNames.flatMap((name) => {
    const count = permissions[name]?.length ?? 0;
    return count === 0 ? [] : [`${name} (${count})`];
  });
  const may = counted.length === 0 ? "no permission" : counted.join(", ");
  return `Agree to ${id} with ${may}? [y/N]`;
}

/** Whether nothing has changed at all. */
export function isSame(a: Locked, b: Locked): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Names of what lies beside that are shown at most: more would push the rest off the screen. */
const besideMax = 20;

/**
 * What lies beside its code, by name: the person who consents should know of a program among it.
 */
function besideText({ beside = {}, at }: Locked): string[] {
  const names = Object.keys(beside).map((path) =>
    path.startsWith(at) ? path.slice(at.length) : path
  );
  if (names.length === 0) return [];
  const shown = names.slice(0, besideMax).map((name) => JSON.stringify(name)).join(", ");
  const more = names.length > besideMax ? ` and ${names.length - besideMax} more` : "";
  return [`  Beside it, not loaded: ${shown}${more}.`];
}

function changedFiles(before: Locked, after: Locked): string[] {
  const [olds, nexts] = [before, after].map(({ files, beside }) => ({ ...files, ...beside }));
  const paths = new Set([...Object.keys(olds ?? {}), ...Object.keys(nexts ?? {})]);
  return [...paths].sort().flatMap((path) => {
    const [old, next] = [olds?.[path], nexts?.[path]];
    if (old === next) return [];
    return [`${old === undefined ? "added" : next === undefined ? "removed" : "changed"} ${path}`];
  });
}
