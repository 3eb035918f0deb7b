/**
 * The copy of the project in which mistakes are made, and what is run in it.
 *
 * All tests of one run are imported by one file, in order: modules are loaded once for all of them,
 * and nothing after the first failure runs.
 *
 * @module
 */

/** How a run ended. */
export interface Run {
  readonly end: "passed" | "failed" | "late";
  /** The test that failed, as `FILE: NAME`; or the last line that was printed. */
  readonly by: string;
  readonly tookMs: number;
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

/** Cases of the originals beside the project, which some tests compare with where they are there. */
const cases = ["scheduler", "wire"];

/** Milliseconds that a run may take which nothing was measured for. */
const runMsMax = 300_000;
/** Milliseconds between asking a run to end and ending it. */
const graceMs = 2_000;
/** MiB of memory of a run: a mistake may make something grow without end. */
const memoryMiBMax = 1_024;

/** The file that imports the tests of a run. */
const runner = "tests/mutant_run_test.ts";

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
    await Deno.mkdir(`${project}/.test`, { recursive: true });
    const folder = await ownFolder(`${project}/.test/m`);
    await Deno.mkdir(`${folder}/.test`);
    for (const part of parts) await copy(`${project}/${part}`, `${folder}/${part}`);
    await Deno.mkdir(`${project}/.test/shared`, { recursive: true });
    for (const part of cases) {
      await copy(`${project}/../shared/${part}`, `${project}/.test/shared/${part}`).catch(
        (error) => {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        },
      );
    }
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

  /** Runs these tests, in this order, until one fails. */
  async test(tests: readonly string[], msMax = runMsMax): Promise<Run> {
    await this.write(runner, tests.map((path) => `import "../${path}";\n`).join(""));
    return await this.#run(
      ["test", "--no-prompt", "--no-check", "--fail-fast", ...this.#flags, runner],
      msMax,
    );
  }

  /** Runs the simulator. */
  async simulate(words: readonly string[], msMax = runMsMax): Promise<Run> {
    const flags = ["--no-prompt", "--no-check", "--allow-read=."];
    const run = await this.#run(["run", ...flags, "tests/sim/main.ts", ...words], msMax);
    return { ...run, by: `simulator: ${run.by}` };
  }

  /** Runs Deno in the copy, for so long at most. */
  async #run([verb = "", ...args]: readonly string[], msMax: number): Promise<Run> {
    const from = performance.now();
    const child = new Deno.Command(Deno.execPath(), {
      args: [verb, `--v8-flags=--max-old-space-size=${memoryMiBMax}`, ...args],
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
      setTimeout(() => end("SIGTERM"), msMax),
      setTimeout(() => end("SIGKILL"), msMax + graceMs),
    ];
    const { code, stdout, stderr } = await child.output();
    for (const timer of timers) clearTimeout(timer);
    const decoder = new TextDecoder();
    const text = `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim();
    return {
      end: late ? "late" : code === 0 ? "passed" : "failed",
      by: failureIn(text),
      tookMs: performance.now() - from,
    };
  }
}

/** Which test failed, from what was printed. */
export function failureIn(text: string): string {
  const [, name, path] = /^(.+) => \.\/(.+?):\d+:\d+$/m.exec(text) ?? [];
  if (name !== undefined) return `${path}: ${name}`;
  const error = /^(?:error|.*Error): .+$/m.exec(text)?.[0];
  return (error ?? text.split("\n").at(-1) ?? "").slice(0, 200);
}

/** Makes a folder that nobody else uses; its name is short, since sockets lie in it. */
async function ownFolder(prefix: string): Promise<string> {
  for (let number = 0;; number++) {
    try {
      await Deno.mkdir(`${prefix}${number}`);
      return `${prefix}${number}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

async function copy(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.lstat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}
