/**
 * The meta-data of agents, asked of them by their action `meta-data` and kept by the digest of their
 * file: one that was replaced is asked again.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { decodeMetaData } from "../../../../metadata/agents/decode.ts";
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import { textOf } from "../../program_output.ts";
import { runProgram } from "./run_program.ts";

/** Bytes of meta-data, and of a file that is read for its digest, at most. */
export const metaDataBytesMax = 256 * 1024;
const fileBytesMax = 16 * 1024 * 1024;
/** Who uses it reads it: this process only sees whether there is one, and needs no reader for that. */
const isMetaData = /<resource-agent\b[^]*<\/resource-agent\s*>/;
/** Characters of what an agent complains of, in an error. */
const errorCharactersMax = 500;
/** Documents that are kept. */
const keptMax = 512;
/** Agents that are asked at once. */
const atOnceMax = 4;

/** See the head of the file. */
export class MetaDataCache {
  readonly #timeoutMs: number;
  /** By path and digest; the one used last is the last one. */
  readonly #kept = new Map<string, string>();
  /** Questions under way, so that two who ask at once ask once. */
  readonly #asked = new Map<string, Promise<string>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param timeoutMs that an agent may take to print its meta-data. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @throws {Error} if the agent gives no meta-data. */
  async describe(path: string, env: Readonly<Record<string, string>>): Promise<string> {
    const key = `${path} ${await digestOf(path)}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const asked = this.#asked.get(key) ?? this.#ask(key, path, env);
    this.#asked.set(key, asked);
    try {
      return await asked;
    } finally {
      this.#asked.delete(key);
    }
  }

  async #ask(key: string, path: string, env: Readonly<Record<string, string>>): Promise<string> {
    while (this.#running >= atOnceMax) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running++;
    try {
      const text = await askMetaData(path, env, this.#timeoutMs);
      this.#kept.set(key, text);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > keptMax && oldest !== undefined) this.#kept.delete(oldest);
      return text;
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

/** A large file is known by its size and its times alone. */
async function digestOf(path: string): Promise<string> {
  const { size, mtime, ctime, ino } = await Deno.stat(path);
  if (size > fileBytesMax) return [size, mtime?.getTime(), ctime?.getTime(), ino].join(" ");
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}

/** Asks an agent. @throws {Error} if it gives no meta-data. */
async function askMetaData(
  path: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<string> {
  const ended = await runProgram({
    path,
    args: ["meta-data"],
    env,
    timeoutMs,
    stdoutBytesMax: metaDataBytesMax,
  });
  const refuse = (why: string) =>
    new Error(withCode(
      "HA7007",
      `${path} gives no meta-data: ${why}. Fix: run its action meta-data by hand`,
    ));
  if (ended.notStarted !== undefined) throw refuse(ended.notStarted);
  if (ended.tooMuch) throw refuse(`it prints more than ${metaDataBytesMax} bytes`);
  if (ended.timedOut) throw refuse(`it takes more than ${timeoutMs} ms`);
  const decoded = decodeMetaData(ended.stdout);
  if (!("text" in decoded)) throw refuse(diagnosticText(decoded));
  if (!isMetaData.test(decoded.text)) {
    const said = textOf(ended.stderr).trim().slice(-errorCharactersMax);
    throw refuse([
      `it ended with code ${ended.code}, and printed no whole <resource-agent>`,
      ...(said === "" ? [] : [`it says: ${said}`]),
    ].join("; "));
  }
  return decoded.text;
}
