/**
 * `ha plugin ls`: the plugins there are, broken ones with what is wrong with them.
 *
 * @module
 */
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import { discover, type Discovered, readManifests } from "../../../site/consent/discover.ts";
import { filePath } from "../../../../pils/found.ts";
import { isolationOf } from "../../../../pils/isolation.ts";
import { readWholeLock, type WholeLock } from "../../../site/consent/lock_file.ts";
import { type Locked, placed } from "../../../site/consent/lock.ts";
import { pinAll } from "../../../site/consent/pin.ts";
import type { Command } from "../../command.ts";
import { columns } from "../../columns.ts";
import { exit } from "../../exit.ts";
import {
  consultsLock,
  folderUrl,
  placeGrant,
  placeOptions,
  type Places,
  placesOf,
} from "./places.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";
import { knownOfProject } from "./known.ts";
import { running } from "./running.ts";
import { isSame } from "./words.ts";

/** One line. */
interface Row {
  readonly id: string;
  readonly version: string;
  readonly isolation: string;
  /** How it stands with the lock. */
  readonly lock: "pinned" | "changed" | "not in the lock" | "broken";
  readonly summary: string;
  readonly problems: readonly string[];
}

/** `ha plugin ls [FOLDER...]`, `ha plugin ls --running` */
export const ls: Command = {
  path: ["plugin", "ls"],
  summary: "List the plugins of the project, of the lock and of folders",
  details: "A FOLDER holds plugins as <kind>/<name>/.",
  positionals: "[FOLDER...]",
  options: {
    ...placeOptions,
    running: { type: "boolean", summary: "Show what the node of this machine has loaded instead" },
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON array" },
  },
  consults: (call, where) => call.options.running ? [] : consultsLock(call, where),
  grant(call, where, consulted) {
    if (!call.options.running) {
      const touched = { folders: call.positionals, locked: () => true };
      return placeGrant(call, where, touched, consulted);
    }
    return socketGrant(clusterSocket(call, where));
  },
  async run(call, io, where) {
    if (call.options.running) return await running(call, io, where);
    const places = placesOf(call, where);
    const lock = await readWholeLock(places.lock);
    const read = await knownOfProject(places);
    const found: Discovered[] = [];
    for (
      const root of [
        places.plugins,
        ...call.positionals.map((it) => folderUrl(it, where.here)),
      ]
    ) {
      found.push(...await discover(root, places, read));
    }
    const there = new Set(found.map(({ folder }) => folder.href));
    const elsewhere = Object.values(lock.plugins).map(({ at }) => placed(at, places.lock))
      .filter((folder) => !there.has(folder.href));
    found.push(...await readManifests(elsewhere, places));
    const now = await pinnedNow(found, lock, places);
    const rows = found.map((one) => rowOf(one, lock, places, now));
    rows.sort((a, b) => a.id < b.id ? -1 : 1);
    io.out(call.options.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
    return rows.some((row) => row.lock === "broken" || row.lock === "changed")
      ? exit.config
      : exit.ok;
  },
};

function rowOf(
  { folder, manifest }: Discovered,
  lock: WholeLock,
  places: Places,
  now: ReadonlyMap<string, Locked>,
): Row {
  if (!manifest.ok) {
    const [kind, name] = filePath(folder).split("/").slice(-2);
    return {
      id: `${kind}/${name}`,
      version: "",
      isolation: "",
      lock: "broken",
      summary: "",
      problems: manifest.diagnostics.map(diagnosticText),
    };
  }
  const { kind, name, version, summary, permissions, isolation } = manifest.value;
  const id = `${kind}/${name}`;
  const shipped = folder.href.startsWith(places.plugins.href);
  const locked = lock.plugins[id];
  return {
    id,
    version,
    isolation: isolationOf({ id, shipped, permissions, inline: [], wishes: [isolation] }),
    lock: locked === undefined
      ? "not in the lock"
      : isAs(locked, now.get(folder.href))
      ? "pinned"
      : "changed",
    summary: summary["en"] ?? "",
    problems: [],
  };
}

const isAs = (locked: Locked, now: Locked | undefined): boolean =>
  now !== undefined && isSame(now, locked);

/**
 * What a lock would say of the folders now, by URL: of those whose identity it holds. What cannot be
 * pinned is left out.
 */
async function pinnedNow(
  found: readonly Discovered[],
  lock: WholeLock,
  places: Places,
): Promise<ReadonlyMap<string, Locked>> {
  const held = found.filter(({ manifest }) =>
    manifest.ok && lock.plugins[`${manifest.value.kind}/${manifest.value.name}`] !== undefined
  );
  const pin = async (some: readonly Discovered[]) => {
    const folders = some.map(({ folder }) => folder);
    const pinned = await pinAll(folders, { ...places, read: () => Promise.resolve(some) });
    return pinned.map((locked, at) => [folders[at]?.href ?? "", locked] as const);
  };
  // All at once start one process; if one of them cannot be pinned, each is asked alone.
  const pairs = await pin(held).catch(async () =>
    (await Promise.all(held.map((one) => pin([one]).catch(() => [])))).flat()
  );
  return new Map(pairs);
}

function table(rows: readonly Row[]): string {
  const names = ["id", "version", "isolation", "lock", "summary"] as const;
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => row[name])),
  ];
  const problems = rows.flatMap(({ id, problems }) =>
    problems.map((problem) => `${id}: ${problem}`)
  );
  return `${[...columns(lines), ...problems].join("\n")}\n`;
}
