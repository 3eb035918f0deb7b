/**
 * The types of fencing devices: plugins of kind `stonith`, and what families of them find on the disk,
 * such as each `/usr/sbin/fence_*`. Which program that is, the family's manifest says.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import type { Field } from "../../../../metadata/field.ts";
import { type Family, type Manifest, placeholders } from "../../../../metadata/manifest.ts";
import { didYouMean } from "../../../../metadata/nearest.ts";
import { matches } from "../../../../metadata/regex.ts";
import type { Locked } from "../../../site/consent/lock.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import type { Places } from "../plugin/places.ts";

/** Names of a folder that are looked at, at most. */
const entriesMax = 8_192;

/** A plugin of a lock. */
export interface HeldPlugin {
  readonly id: string;
  readonly locked: Locked;
  readonly lock: URL;
}

/** One type of devices. */
export interface DeviceType {
  /** As the CIB names it: `ipmilan`, `fence_apc`, `external/ipmi`. */
  readonly type: string;
  /** The plugin that serves it. */
  readonly held: HeldPlugin;
  /** Of a family: the program that is run. */
  readonly program?: string;
  /** A lock has it: nodes load it. */
  readonly approved: boolean;
  /** Its own parameters, as they were approved. */
  readonly own?: readonly Field[];
}

/** A family as far as its manifest says where its programs are. */
interface Served {
  readonly family: Family;
  /** `/usr/sbin/{agent}` */
  readonly template: string;
  /** The part of every type before the program's own name: `external/`, or nothing. */
  readonly before: string;
}

/** Where a family has its programs; undefined if it is none, or runs none of the type's name. */
function servedBy({ family, permissions }: Pick<Manifest, "family" | "permissions">) {
  if (family === undefined) return undefined;
  const template = permissions.run?.find((one) => placeholders(one).includes(family.field));
  if (template === undefined) return undefined;
  const [before = ""] = /^(?:[A-Za-z0-9_]+\/)*/.exec(family.types) ?? [];
  return { family, template, before } satisfies Served;
}

const programOf = ({ template, family }: Served, type: string): string =>
  template.replace(`{${family.field}}`, type);

/** The folder of a family's programs. */
const folderOf = (served: Served): string => {
  const path = programOf(served, `${served.before}x`);
  return path.slice(0, path.lastIndexOf("/"));
};

/** Folders that have to be read for a list of all types, by the text of a lock. */
export function programFolders(lockText = ""): readonly string[] {
  try {
    const { plugins }: { readonly plugins?: unknown } = JSON.parse(lockText);
    return Object.entries(Object(plugins)).flatMap(([id, entry]) => {
      const manifest: unknown = Object(entry).manifest;
      const { family, permissions } = Object(manifest);
      const isFamily = id.startsWith("stonith/") && typeof family?.field === "string" &&
        typeof family.types === "string" && Array.isArray(permissions?.run);
      const served = isFamily ? servedBy({ family, permissions }) : undefined;
      return served === undefined ? [] : [folderOf(served)];
    });
  } catch {
    return []; // It is no lock: the command itself says so.
  }
}

/** Plugins of kind `stonith` in the locks, the project's and the site's own, which comes first. */
async function stonithPlugins(places: Places): Promise<ReadonlyMap<string, HeldPlugin>> {
  const project = new URL("plugins.lock.json", places.plugins);
  const found = new Map<string, HeldPlugin>();
  for (const lock of new Map([project, places.lock].map((one) => [one.href, one])).values()) {
    for (const [id, locked] of Object.entries((await readWholeLock(lock)).plugins)) {
      if (locked.manifest.kind === "stonith") found.set(id, { id, locked, lock });
    }
  }
  return found;
}

/** All types, sorted: those of plugins, and those whose program is on this machine. */
export async function deviceTypes(places: Places): Promise<readonly DeviceType[]> {
  const types: DeviceType[] = [];
  for (const held of (await stonithPlugins(places)).values()) {
    const { locked: { manifest } } = held;
    const served = servedBy(manifest);
    if (manifest.family === undefined) types.push({ type: manifest.name, held, approved: true });
    if (served === undefined) continue;
    const there = programsIn(folderOf(served)).map((name) => `${served.before}${name}`);
    const names = new Set([
      ...Object.keys(held.locked.types ?? {}),
      ...there.filter((type) => matches(served.family.types, type)),
    ]);
    types.push(...[...names].map((type) => typeOf(type, held, served)));
  }
  return types.sort((one, other) => one.type < other.type ? -1 : 1);
}

/** The type of a name. @throws {DiagnosticError} if there is none. */
export async function deviceType(type: string, places: Places): Promise<DeviceType> {
  const plugins = await stonithPlugins(places);
  const held = plugins.get(`stonith/${type}`);
  if (held !== undefined && held.locked.manifest.family === undefined) {
    return { type, held, approved: true };
  }
  for (const one of plugins.values()) {
    const served = servedBy(one.locked.manifest);
    if (served === undefined || !matches(served.family.types, type)) continue;
    return typeOf(type, one, served);
  }
  const known = [...plugins.values()].filter(({ locked }) => locked.manifest.family === undefined)
    .map(({ locked }) => locked.manifest.name);
  throw new DiagnosticError("Cannot find the device", [problem(
    [type],
    `there is no type of fencing devices "${type}"`,
    `there are ${known.join(", ")}, and types of families such as fence_ipmilan`,
    `name one of them; ha fence devices lists them.${didYouMean(type, known)}`,
    "HA0006",
  )]);
}

function typeOf(type: string, held: HeldPlugin, served: Served): DeviceType {
  const { types = {} } = held.locked;
  const approved = Object.hasOwn(types, type) ? types[type] : undefined;
  return {
    type,
    held,
    program: programOf(served, type),
    approved: approved !== undefined,
    ...(approved === undefined ? {} : { own: approved.config }),
  };
}

/** Names of what can be run in a folder; one that is not there has none. */
function programsIn(folder: string): readonly string[] {
  const names: string[] = [];
  let entries = 0;
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (++entries > entriesMax) break;
      if (isProgram(`${folder}/${name}`)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

function isProgram(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}
