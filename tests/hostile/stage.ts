/**
 * Where attacks are tried: a folder with secrets, hostile plugins that somebody has consented to,
 * a loader over their lock, and a heart that must go on beating meanwhile.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { filePath } from "../../pils/found.ts";
import { createLoader } from "../../pils/loader.ts";
import type { Loaded, PluginFault } from "../../pils/loader_types.ts";
import { lockText } from "../../daemons/consent/lock_file.ts";
import { pinAll } from "../../daemons/consent/pin.ts";
import { inLocks } from "../../daemons/consent/locked.ts";
import type { Limits } from "../../pils/running.ts";
import { type Attack, loot, moduleOf, type Outcome, type Surroundings } from "./attack.ts";

/** The project's folder. */
export const project = new URL("../../", import.meta.url);

const scratch = `${filePath(project)}/.test`;

/** What these tests need of whoever runs them. */
export const permissions: Deno.PermissionOptionsObject = {
  read: [filePath(project)],
  write: [scratch],
  net: ["127.0.0.1"],
  run: [Deno.execPath(), "/bin/sh"],
};

/** Milliseconds between two beats of the heart; the demo's keepalive. */
export const keepaliveMs = 100;

/**
 * Milliseconds of lateness that no attack may cause in the daemon that loads it, however busy the
 * machine is: less than any of these attacks goes on. `node/` measures the heartbeats themselves.
 */
export const stalledMs = 1_500;

/** Milliseconds that an attack may take; longer is a hang. */
const attackMs = 2_000;

/** Plugins that attack at the same time, where they do not eat what the others need. */
const attacksAtOnce = 3;

/** Milliseconds that a control may take at most. */
const controlMs = 10_000;

/** Milliseconds after which a control counts as held up. */
const heldUpMs = 1_500;

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

/** What a control left behind. */
export interface Printed {
  /** All of its standard output; `ALIVE` in it says that it was not held up. */
  readonly printed: string;
  readonly code: number;
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

  const lock = new URL(`file://${folder}/plugins.lock.json`);
  const place = (name: string) => new URL(`file://${folder}/hostile/${identifier(name)}/`);
  const handler = new URL(`file://${folder}/handler/hostile/`);
  await Deno.mkdir(handler, { recursive: true });
  await writePlugin(handler, { kind: "handler", name: "hostile", permissions: {} }, handlerModule);
  for (const attack of attacks) {
    const name = identifier(attack.name);
    await Deno.mkdir(place(attack.name), { recursive: true });
    await writePlugin(
      place(attack.name),
      { kind: "hostile", name, permissions: attack.permissions ?? {} },
      moduleOf(attack),
    );
    await Deno.writeTextFile(new URL("control.ts", place(attack.name)), controlModule);
  }
  const pinned = await pinAll([handler, ...attacks.map(({ name }) => place(name))], {
    lock,
    project,
    denoPath: Deno.execPath(),
    configFile: new URL("deno.json", project),
  });
  const plugins = Object.fromEntries(pinned.map((locked) => {
    const { kind, name } = locked.manifest;
    return [`${kind}/${name}`, { ...locked, shipped: kind === "handler" || level !== undefined }];
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
        const value = String(await hostile.api.attack());
        told = { value: value + String(Reflect.get({}, "polluted") ?? "") };
      } catch (error) {
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
      const { holds } = attack;
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--quiet",
          `--config=${filePath(new URL("deno.json", project))}`,
          ...attack.control(beside),
          filePath(new URL("control.ts", place(attack.name))),
          JSON.stringify(beside),
          String(holds ? heldUpMs / 3 : controlMs),
        ],
        env: { HOSTILE_SECRET: loot },
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const timer = setTimeout(() => child.kill("SIGKILL"), holds ? heldUpMs : 2 * controlMs);
      const { stdout, code } = await child.output();
      clearTimeout(timer);
      const printed = new TextDecoder().decode(stdout);
      const at = Math.max(printed.lastIndexOf('{"value":"'), printed.lastIndexOf('{"error":"'));
      const told = at < 0 ? {} : JSON.parse(printed.slice(at));
      return { ...told, marked: await marked(beside.mark), printed, code };
    },
    async controls(all) {
      const program = `${folder}/controls.ts`;
      await Deno.writeTextFile(program, controlsModule(all.map(({ name }) => place(name))));
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--quiet",
          `--config=${filePath(new URL("deno.json", project))}`,
          ...joined(all.flatMap((attack) => attack.control(surroundings))),
          program,
          JSON.stringify(surroundings),
        ],
        env: { HOSTILE_SECRET: loot },
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).output();
      const told: { value?: string; error?: string; left: boolean }[] = new TextDecoder()
        .decode(stdout).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
      return told.map(({ left, ...outcome }) => ({ ...outcome, marked: left }));
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) server?.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Lets a module attack without our defence, and says how that ended. */
const controlModule = `import open from "./mod.ts";
try {
  const config = JSON.parse(Deno.args[0] ?? "{}");
  const print = (...parts) => console.log(...parts);
  // A daemon that is not held up says so, and ends.
  setTimeout(() => (print("ALIVE"), Deno.exit()), Number(Deno.args[1]));
  const plugin = open(config, { emit: print, log: print });
  const value = String(await plugin.attack());
  await plugin.close?.();
  const polluted = String(({}).polluted ?? "");
  await new Promise((resolve) => setTimeout(resolve, 50)); // what goes wrong a little later
  print(JSON.stringify({ value: value + polluted }));
  Deno.exit();
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
  Deno.exit();
}
`;

/** Lets many modules attack, one after another, and prints a line for each. */
function controlsModule(folders: readonly URL[]): string {
  return `${folders.map(({ href }, at) => `import open${at} from "${href}mod.ts";\n`).join("")}
const config = JSON.parse(Deno.args[0] ?? "{}");
for (const open of [${folders.map((_, at) => `open${at}`).join(", ")}]) {
  let told;
  try {
    told = { value: String(await open(config, { emit() {}, log() {} }).attack()) };
  } catch (error) {
    told = { error: String(error) };
  }
  let left = true;
  try { Deno.removeSync(config.mark); } catch { left = false; }
  console.log(JSON.stringify({ ...told, left }));
}
Deno.exit();
`;
}

/** Flags of one name as one flag; one without a bound contains the others. */
function joined(flags: readonly string[]): string[] {
  const entries = new Map<string, Set<string>>();
  for (const flag of flags) {
    const [name = "", values = ""] = flag.split("=");
    const known = entries.get(name) ?? new Set();
    for (const value of values.split(",")) known.add(value);
    entries.set(name, known);
  }
  return [...entries].map(([name, values]) =>
    values.has("") ? name : `${name}=${[...values].join(",")}`
  );
}

const handlerModule = `export default () => ({
  contract: () => ({
    api: "hostile/1", oldest: 1, methods: ["attack"], optional: ["close"], deadlinesMs: {},
  }),
  register() {},
  unregister() {},
});
`;

const fields = `[
  { fieldname: "secret", basictype: "string" },
  { fieldname: "mark", basictype: "string" },
  { fieldname: "folder", basictype: "string" },
  { fieldname: "port", basictype: "integer" },
]`;

async function writePlugin(
  folder: URL,
  { kind, name, permissions }: { kind: string; name: string; permissions: object },
  module: string,
): Promise<void> {
  const manifest = `export default {
  kind: "${kind}",
  name: "${name}",
  version: "1.0.0",
  api: "${kind}/1",
  summary: { en: "Attacks" },
  config: ${kind === "handler" ? "[]" : fields},
  permissions: ${JSON.stringify(permissions)},
  license: "MIT",
};
`;
  await Deno.writeTextFile(new URL("manifest.ts", folder), manifest);
  await Deno.writeTextFile(new URL("mod.ts", folder), module);
}

/** The name of an attack, as that of a plugin. */
export function identifier(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").slice(0, 40);
}

/** Two ports in a row that answer with loot; the first is the one that is granted. */
function listenTwice(servers: (Deno.TcpListener | undefined)[]): number {
  for (let port = 20_000 + Deno.pid % 10_000; port < 32_000; port += 3) {
    try {
      for (const at of servers.keys()) {
        const server = Deno.listen({ hostname: "127.0.0.1", port: port + at });
        servers[at] = server;
        void answer(server);
      }
      return port;
    } catch {
      servers[0]?.close();
    }
  }
  throw new Error("no two free ports in a row");
}

async function answer(server: Deno.TcpListener): Promise<void> {
  for await (const connection of server) {
    await connection.write(new TextEncoder().encode(loot)).catch(() => {});
    connection.close();
  }
}

/** Lets several plugins attack, a few at once: outcomes in their order. */
export function containedAll(
  stage: Stage,
  attacks: readonly Attack[],
): Promise<readonly (Outcome & Seen)[]> {
  return some(attacksAtOnce, attacks, (attack) => stage.contained(attack));
}

/** Does the same with each, a few at once: what that gives, in their order. */
export async function some<T, R>(
  atOnce: number,
  each: readonly T[],
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const done: R[] = [];
  const waiting = [...each.entries()];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      done[next[0]] = await work(next[1]);
    }
  }));
  return done;
}

/** A heart; stopping it tells by how many milliseconds it was late at most. */
function beat(): () => number {
  let lateMs = 0;
  let due = performance.now() + keepaliveMs;
  const timer = setInterval(() => {
    lateMs = Math.max(lateMs, performance.now() - due);
    due = performance.now() + keepaliveMs;
  }, keepaliveMs);
  return () => {
    clearInterval(timer);
    return Math.max(lateMs, performance.now() - due);
  };
}
