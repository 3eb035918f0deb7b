/**
 * Questions to systemd, through `systemctl`.
 *
 * @module
 */
import { environment, type Surroundings } from "./environment.ts";
import { textOf } from "../../program_output.ts";
import { runProgram } from "./run_program.ts";

/** What the operator chooses. */
export interface SystemdOptions extends Surroundings {
  /** The program. */
  readonly systemctl: string;
  /** Folder that is there while systemd runs. */
  readonly booted: string;
}

/** What systemd says of a unit. */
export type State = Readonly<Record<string, string>>;

/** Milliseconds that a question may take. */
const askMs = 15_000;
/** Bytes of an answer. */
const answerBytesMax = 1024 * 1024;

/** Names of units; `@` makes an instance of a template. */
const unitName = /^[A-Za-z0-9:_.\\][A-Za-z0-9:_.\\@\-]{0,254}$/;
const suffixes = /\.(?:service|socket|mount|automount|swap|target|path|timer|slice|scope|device)$/;

/** Whether a unit can have that name. */
export const isUnitName = (name: string): boolean => unitName.test(name);

/** A name without a suffix is that of a service. */
export const unitOf = (type: string): string => suffixes.test(type) ? type : `${type}.service`;

/** Arguments of every call: it must never wait for a person. */
export const quietly = ["--no-pager", "--no-ask-password"] as const;

/** See the head of the file. */
export class Systemctl {
  readonly #options: SystemdOptions;

  /** @param options what the operator chooses. */
  constructor(options: SystemdOptions) {
    this.#options = options;
  }

  /** Whether systemd runs on this machine. */
  runs(): boolean {
    try {
      return Deno.statSync(this.#options.booted).isDirectory;
    } catch {
      return false;
    }
  }

  /** What it prints. @throws {Error} if it prints nothing of use. */
  async says(args: readonly string[], timeoutMs: number = askMs): Promise<string> {
    const { systemctl } = this.#options;
    const { code, notStarted, timedOut, stdout, stderr } = await runProgram({
      path: systemctl,
      args: [...quietly, ...args],
      env: environment(this.#options),
      timeoutMs,
      stdoutBytesMax: answerBytesMax,
    });
    if (notStarted !== undefined) throw new Error(`Cannot start ${systemctl}: ${notStarted}`);
    if (timedOut) throw new Error(`${systemctl} does not answer within ${timeoutMs} ms`);
    if (code !== 0) throw new Error(`${systemctl} ${args[0]}: ${textOf(stderr).trim()}`);
    return textOf(stdout);
  }

  /** The properties of a unit that are of use. */
  async stateOf(type: string, timeoutMs?: number): Promise<State> {
    const properties = "Id,Description,LoadState,ActiveState,SubState,Result";
    const text = await this.says(["show", `--property=${properties}`, unitOf(type)], timeoutMs);
    return Object.fromEntries(
      text.split("\n").filter((line) => line.includes("=")).map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  }

  /** Whether there is a unit. */
  async has(type: string): Promise<boolean> {
    return this.runs() && isUnitName(type) &&
      (await this.stateOf(type))["LoadState"] !== "not-found";
  }
}
