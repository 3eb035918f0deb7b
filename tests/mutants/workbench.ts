/**
 * The copy of the project in which mistakes are made, and what is run in it.
 *
 * @module
 */
import type { Area } from "./areas.ts";

/** Who noticed a mistake. */
export interface Outcome {
  readonly by: "nearest test" | "tests of the area" | "simulator" | "time" | "nothing";
  /** The end of what it printed. */
  readonly words: string;
}

/** What is copied. */
const parts = [
  "metadata",
  "pils",
  "plugins",
  "daemons",
  "tests",
  "deno.json",
  "deno.lock",
  "mod.ts",
];

/** Milliseconds that one step may take: a mistake may make it endless. */
const stepMs = 180_000;

/** Milliseconds between two looks for a test that is stuck. */
const graceMs = 2_000;

/** Characters of output that are kept. */
const wordsMax = 600;

/** See the head of the file. */
export class Workbench {
  readonly #folder: string;
  readonly #flags: readonly string[];

  private constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
  }

  /** Copies the project into a folder below its `.test`. */
  static async make(project: string): Promise<Workbench> {
    const folder = `${project}/.test/mutants-${Deno.pid}`;
    await Deno.mkdir(`${folder}/.test`, { recursive: true });
    for (const part of parts) await copy(`${project}/${part}`, `${folder}/${part}`);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "tests/flags.ts"],
      cwd: folder,
    }).output();
    return new Workbench(folder, new TextDecoder().decode(stdout).trim().split(" "));
  }

  async remove(): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Writes a source of the copy. */
  async write(path: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/${path}`, text);
  }

  /** Runs what should notice a mistake in this file, until something does. */
  async judge(area: Area, path: string): Promise<Outcome> {
    const test = (paths: readonly string[]) =>
      this.#run(["test", "--no-prompt", "--no-check", "--fail-fast", ...this.#flags, ...paths]);
    const own = path.replace(/\.ts$/, "_test.ts");
    const folder = path.slice(0, path.lastIndexOf("/"));
    const nearest = await this.#exists(own) ? [own] : [];
    // A plugin's tests are in its folder, and what it shares is tried by its kind's plugins.
    const wide = area.tests.length > 0 ? area.tests : [folder];
    const steps = [
      ["nearest test", nearest, () => test(nearest)],
      ["tests of the area", wide, () => test(wide)],
      [
        "simulator",
        area.sim ?? [],
        () =>
          this.#run([
            "run",
            "--no-prompt",
            "--no-check",
            "--allow-read=.",
            "tests/sim/main.ts",
            ...area.sim ?? [],
          ]),
      ],
    ] as const;
    for (const [by, needed, step] of steps) {
      if (needed.length === 0) continue;
      const { code, words } = await step();
      if (code === "late") return { by: "time", words };
      if (code !== 0) return { by, words };
    }
    return { by: "nothing", words: "" };
  }

  async #exists(path: string): Promise<boolean> {
    return await Deno.stat(`${this.#folder}/${path}`).then(({ isFile }) => isFile, () => false);
  }

  /** Runs Deno in the copy, for so long at most. */
  async #run(args: readonly string[]): Promise<{ code: number | "late"; words: string }> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.#folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let late = false;
    const end = (signal: Deno.Signal) => {
      late = true;
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself.
      }
    };
    const timers = [
      setTimeout(() => end("SIGTERM"), stepMs),
      setTimeout(() => end("SIGKILL"), stepMs + graceMs),
    ];
    const { code, stdout, stderr } = await child.output();
    for (const timer of timers) clearTimeout(timer);
    const decoder = new TextDecoder();
    const words = `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim().slice(-wordsMax);
    return { code: late ? "late" : code, words };
  }
}

async function copy(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.lstat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}
