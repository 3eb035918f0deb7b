/**
 * Where the log of a node is: in systemd's journal, or in a file.
 *
 * @module
 */
import { resolve } from "node:path";
import { pause } from "../../../metadata/timer.ts";
import type { Grant } from "../../site/flags.ts";
import type { Call, Option, Where } from "../command.ts";

/** Reads the journal. */
const journalctl = "/usr/bin/journalctl";
/** Unit of a node. */
const unit = "ha.service";
/** Bytes of a file that are read at most: its end. */
const fileBytesMax = 64 * 1024 * 1024;
/** Bytes that are read at once. */
const chunkBytes = 64 * 1024;
/** Characters of a line that are kept. */
const lineMax = 64 * 1024;
/** Milliseconds between two looks at a file that may grow. */
const lookMs = 300;

/** The option of commands that read the log. */
export const logOptions: Readonly<Record<string, Option>> = {
  log: {
    type: "string",
    value: "FILE",
    summary: `File that has the log; the journal of ${unit} if left out`,
  },
};

/** A log. */
export type Source =
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "journal"; readonly program: string; readonly args: readonly string[] };

/**
 * The file to which `logd` writes everything, by the node configuration in use; undefined: it has none.
 *
 * @param text of the configuration, if it can be read
 */
export function logdFileIn(text: string | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    const outputs: unknown = Reflect.get(Object(Reflect.get(Object(value), "log")), "outputs");
    for (const output of Array.isArray(outputs) ? outputs as readonly unknown[] : []) {
      const [type, path, only] = ["type", "path", "only"]
        .map((name): unknown => Reflect.get(Object(output), name));
      const isWhole = type === "file" && only === undefined;
      if (isWhole && typeof path === "string" && path.startsWith("/")) return path;
    }
  } catch {
    // It is being written, or is none.
  }
  return undefined;
}

/** The log that a call means. @param sinceMs milliseconds since 1970 */
export function logSource({ options: { log } }: Call, { here }: Where, sinceMs?: number): Source {
  if (typeof log === "string") return { type: "file", path: resolve(here, log) };
  const since = sinceMs === undefined ? [] : [`--since=@${Math.floor(sinceMs / 1000)}`];
  const args = [`--unit=${unit}`, "--output=cat", "--no-pager", "--quiet", ...since];
  return { type: "journal", program: journalctl, args };
}

/** What it takes to read it. */
export function logGrant(call: Call, where: Where): Grant {
  const source = logSource(call, where);
  return source.type === "file" ? { read: [source.path] } : { run: [source.program] };
}

/** Its lines; with `follow` also those to come. @throws {Error} if it cannot be read */
export async function* linesOf(source: Source, follow: boolean): AsyncGenerator<string> {
  const texts = source.type === "file"
    ? fileTexts(source.path, follow)
    : journalTexts(source, follow);
  let left = "";
  for await (const text of texts) {
    const parts = (left + text).split("\n");
    left = (parts.pop() ?? "").slice(0, lineMax);
    for (const line of parts) yield line.slice(0, lineMax);
  }
  if (left !== "") yield left;
}

async function* fileTexts(path: string, follow: boolean): AsyncGenerator<string> {
  let ino: number | null | undefined;
  do {
    using file = await Deno.open(path);
    const info = await file.stat();
    if (!info.isFile) throw new Error(`${path} is no plain file`);
    // A file that was put aside has been read to its end: the next one is read from its beginning.
    if (ino === undefined) {
      await file.seek(Math.max(0, info.size - fileBytesMax), Deno.SeekMode.Start);
    }
    ino = info.ino;
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(chunkBytes);
    for (let isOld = false;;) {
      const count = await file.read(buffer);
      if (count !== null) yield decoder.decode(buffer.subarray(0, count), { stream: true });
      else if (!follow || isOld) break;
      else {
        await pause(lookMs);
        // What was written between the last read and the change is still to be read.
        // The writer goes on with the old file until there is a new one.
        isOld = await Deno.stat(path).then((now) => now.ino !== ino, () => false);
      }
    }
  } while (follow);
}

async function* journalTexts(
  { program, args }: Extract<Source, { readonly type: "journal" }>,
  follow: boolean,
): AsyncGenerator<string> {
  const child = new Deno.Command(program, {
    args: [...args, ...(follow ? ["--follow", "--lines=20"] : [])],
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  yield* child.stdout.pipeThrough(new TextDecoderStream());
  const { success } = await child.status;
  if (!success) throw new Error((await said).trim() || `${program} failed`);
}
