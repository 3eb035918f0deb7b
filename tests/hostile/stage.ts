/**
 * The setup for attacks: a folder with secrets, approved hostile plugins, a loader over their lock,
 * and heartbeats that must continue meanwhile.
 *
 * @module
 */
import assert from "node:assert/strict";
import { messageOf } from "../../metadata/message_of.ts";
import { filePath } from "../../pils/found.ts";
import { createLoader } from "../../pils/loader.ts";
import type { Loaded, PluginFault } from "../../pils/loader_types.ts";
import { lockText } from "../../daemons/site/consent/lock_file.ts";
import { pinAll } from "../../daemons/site/consent/pin.ts";
import { inLocks } from "../../daemons/site/consent/locked.ts";
import type { Limits } from "../../pils/running.ts";
import { some } from "./at_once.ts";
import { type Attack, loot, moduleOf, type Outcome, type Surroundings } from "./attack.ts";
import { controlled, controlledTogether, controlModule, type Printed } from "./control.ts";
import { beat } from "./heart.ts";
import { handlerModule, identifier, surroundingsFields, writePlugin } from "./plugins.ts";
import { listenTwice } from "./servers.ts";

/** The project's folder. */
export const project = new URL("../../", import.meta.url);

const scratch = `${filePath(project)}/.test`;

/** The permissions that these tests need. */
export const permissions: Deno.PermissionOptionsObject = {
  read: [filePath(project)],
  write: [scratch],
  net: ["127.0.0.1"],
  run: [Deno.execPath(), "/bin/sh"],
};

/**
 * Milliseconds of lateness that no attack may cause in the daemon that loads it, however busy the
 * machine is: less than any of these attacks goes on. `node/` measures the heartbeats themselves.
 */
export const stalledMs = 1_500;

/** Milliseconds that an attack may take; longer is a hang. */
const attackMs = 2_000;

/** Plugins that attack at the same time, where they do not eat what the others need. */
const attacksAtOnce = 3;

/** Bounds that find a fault soon. */
export const quick: Partial<Limits> = {
  loadMs: 5_000,
  callMs: attackMs,
  closeMs: 500,
  pingMs: 100,
  pingsMissedMax: 5,
  restartDelayMs: 10,
  restartsMax: 1,
  heapMiBMax: 64,
  memoryMiBMax: 64,
  saidBytesPerSecondMax: 8 * 1024 * 1024,
  framesPerSecondMax: 20_000,
};

/** The API of the kind that attacks. */
interface Hostile {
  attack(): Promise<unknown>;
}

/** A stage, set. */
export interface Stage extends AsyncDisposable {
  readonly surroundings: Surroundings;
  /** Folder of all that belongs to it. */
  readonly folder: string;
  /** URL of the module of an attack. */
  module(attack: { readonly name: string }): URL;
  /** Lets a plugin attack; what becomes of it is the outcome. */
  contained(attack: Pick<Attack, "name" | "markMs">): Promise<Outcome & Seen>;
  /** The same without our defence. */
  control(attack: Attack): Promise<Outcome & Printed>;
  /** The same for many that leave their process as it was, in one: in their order. */
  controls(attacks: readonly Attack[]): Promise<readonly Outcome[]>;
  /** The lock over the hostile plugins. */
  readonly lock: URL;
}

/** What the daemon saw of an attack. */
export interface Seen {
  readonly faults: readonly PluginFault[];
  readonly log: readonly string[];
  /** Milliseconds by which the heart was late at most. */
  readonly lateMs: number;
}

/**
 * Sets the stage for attacks.
 * @param level the plugins count as shipped and get this level, instead of what the rule gives them
 */
export async function setStage(
  attacks: readonly Attack[],
  level?: "worker",
): Promise<Stage> {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "hostile_" });
  const servers = [0, 1].map(() => undefined as Deno.TcpListener | undefined);
  const port = listenTwice(servers);
  const surroundings: Surroundings = {
    secret: `${folder}/secret`,
    mark: `${folder}/mark`,
    folder: `${folder}/private`,
    port,
  };
  await Deno.mkdir(surroundings.folder);
  await Deno.writeTextFile(surroundings.secret, loot);
  await Deno.writeTextFile(`${surroundings.folder}/other.ts`, `export default "${loot}";`);
  await Deno.writeTextFile(`${surroundings.folder}/other.cjs`, `module.exports = "${loot}";`);

  const root = new URL(`file://${folder}/`);
  const lock = new URL("plugins.lock.json", root);
  const place = (name: string) => new URL(`hostile/${identifier(name)}/`, root);
  const handler = await writePlugin(root, {
    kind: "handler",
    name: "hostile",
    config: "[]",
    permissions: {},
    files: { "mod.ts": handlerModule },
  });
  for (const attack of attacks) {
    await writePlugin(root, {
      kind: "hostile",
      name: identifier(attack.name),
      config: surroundingsFields,
      permissions: attack.permissions ?? {},
      files: { "mod.ts": moduleOf(attack), "control.ts": controlModule },
    });
  }
  const pinned = await pinAll([handler, ...attacks.map(({ name }) => place(name))], {
    lock,
    project,
    denoPath: Deno.execPath(),
    configFile: new URL("deno.json", project),
  });
  const plugins = Object.fromEntries(pinned.map((locked) => {
    const { kind, name } = locked.manifest;
    // What is pinned as a stranger's is a process, which a lock can only raise.
    const isolation = kind === "handler" || level === undefined ? locked.isolation : level;
    const shipped = kind === "handler" || level !== undefined;
    return [`${kind}/${name}`, { ...locked, shipped, isolation }];
  }));
  await Deno.writeTextFile(lock, lockText({ version: 1, plugins }));

  const marked = async (mark: string) => {
    const there = await Deno.lstat(mark).then(() => true, () => false);
    if (there) await Deno.remove(mark);
    return there;
  };
  // Both tries of an attack may go on at once: each has a mark of its own.
  const beside: Surroundings = { ...surroundings, mark: `${folder}/control` };

  return {
    surroundings,
    folder,
    lock,
    module: ({ name }) => new URL("mod.ts", place(name)),
    async contained({ name, markMs = 0 }) {
      const faults: PluginFault[] = [];
      const log: string[] = [];
      const loader = createLoader({
        denoPath: Deno.execPath(),
        find: inLocks(lock),
        limits: quick,
        log: (_, text) => log.push(text),
      });
      const heart = beat();
      let told: { value?: string; error?: string };
      try {
        const hostile: Loaded<Hostile> = await loader.load(`hostile/${identifier(name)}`, {
          config: surroundings,
          ...(level === undefined ? {} : { isolation: level }),
          onFault: (fault) => faults.push(fault),
        });
        const wanted = level ?? "process";
        if (hostile.isolation !== wanted) {
          throw new assert.AssertionError({
            message:
              `it was tried at level ${hostile.isolation}, not ${wanted}: that shows nothing`,
          });
        }
        const value = String(await hostile.api.attack());
        told = { value: value + String(Reflect.get({}, "polluted") ?? "") };
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        told = { error: messageOf(error) };
      }
      const closed = await loader.close().then(() => [], (error) => [String(error)]);
      await new Promise((resolve) => setTimeout(resolve, markMs));
      return {
        ...told,
        marked: await marked(surroundings.mark),
        faults,
        log: [...log, ...closed],
        lateMs: heart(),
      };
    },
    async control(attack) {
      const told = await controlled(attack, place(attack.name), beside);
      return { ...told, marked: await marked(beside.mark) };
    },
    controls: (all) => controlledTogether(all, place, `${folder}/controls.ts`, surroundings),
    async [Symbol.asyncDispose]() {
      for (const server of servers) server?.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Lets several plugins attack, a few at once: outcomes in their order. */
export function containedAll(
  stage: Stage,
  attacks: readonly Attack[],
): Promise<readonly (Outcome & Seen)[]> {
  return some(attacksAtOnce, attacks, (attack) => stage.contained(attack));
}
