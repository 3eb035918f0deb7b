/**
 * The negative control: an attack in a process without our defence, where it must work.
 *
 * @module
 */
import { filePath } from "../../pils/found.ts";
import { type Attack, loot, type Outcome, type Surroundings } from "./attack.ts";

/** Milliseconds that a control may take at most. */
const controlMs = 10_000;

/** Milliseconds after which a control counts as held up. */
const heldUpMs = 1_500;

/** What a control left behind. */
export interface Printed {
  /** All of its standard output; `ALIVE` in it says that it was not held up. */
  readonly printed: string;
  readonly code: number;
}

/** What an attack came to, its mark apart. */
export type Told = Omit<Outcome, "marked">;

/** Stands beside a hostile module, lets it attack, and says how that ended. */
export const controlModule = `import open from "./mod.ts";
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

/** Runs a program of the control with the attack's own flags. */
function start(flags: readonly string[], ...words: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${filePath(new URL("../../deno.json", import.meta.url))}`,
      ...flags,
      ...words,
    ],
    env: { HOSTILE_SECRET: loot },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/**
 * Lets one attack.
 * @param folder its plugin's, with `controlModule` as `control.ts`
 */
export async function controlled(
  attack: Attack,
  folder: URL,
  surroundings: Surroundings,
): Promise<Told & Printed> {
  const { holds } = attack;
  const child = start(
    attack.control(surroundings),
    filePath(new URL("control.ts", folder)),
    JSON.stringify(surroundings),
    String(holds ? heldUpMs / 3 : controlMs),
  );
  const timer = setTimeout(() => child.kill("SIGKILL"), holds ? heldUpMs : 2 * controlMs);
  const { stdout, code } = await child.output();
  clearTimeout(timer);
  const printed = new TextDecoder().decode(stdout);
  const at = Math.max(printed.lastIndexOf('{"value":"'), printed.lastIndexOf('{"error":"'));
  return { ...at < 0 ? {} : JSON.parse(printed.slice(at)), printed, code };
}

/**
 * Lets many that leave their process as it was, in one: what each came to, in their order.
 * @param program where that is written
 */
export async function controlledTogether(
  attacks: readonly Attack[],
  folderOf: (name: string) => URL,
  program: string,
  surroundings: Surroundings,
): Promise<readonly Outcome[]> {
  await Deno.writeTextFile(program, controlsModule(attacks.map(({ name }) => folderOf(name))));
  const flags = joined(attacks.flatMap((attack) => attack.control(surroundings)));
  const { stdout } = await start(flags, program, JSON.stringify(surroundings)).output();
  const told: (Told & { left: boolean })[] = new TextDecoder().decode(stdout)
    .split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  return told.map(({ left, ...outcome }) => ({ ...outcome, marked: left }));
}

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
