/**
 * Other senders of heartbeats beside the node under attack, and the listener that measures their
 * delay. Each is a separate process, so only the machine itself can delay it.
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";
import { project } from "../stage.ts";
import type { Heard } from "./listener.ts";

/** Hears what beats at a port. */
export function listen(
  port: number,
  keepaliveMs: number,
): AsyncDisposable & { heard(): Promise<Heard> } {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${filePath(project)}/deno.json`,
      `--allow-net=127.0.0.1:${port}`,
      filePath(new URL("./listener.ts", import.meta.url)),
      String(port),
      String(keepaliveMs),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  return {
    async heard() {
      await writer.write(new TextEncoder().encode("\n"));
      while (!rest.includes("\n")) {
        const { value, done } = await lines.read();
        if (done) throw new Error("the partner has ended");
        rest += value;
      }
      const [line = "", ...more] = rest.split("\n");
      rest = more.join("\n");
      return JSON.parse(line) as Heard;
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      await lines.cancel();
      await child.status;
    },
  };
}

/** A process that only beats, or has an attack inside. */
export function beating(
  flags: readonly string[],
  port: number,
  keepaliveMs: number,
  ...more: string[]
) {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${filePath(project)}/deno.json`,
      ...flags,
      filePath(new URL("./beating.ts", import.meta.url)),
      String(port),
      String(keepaliveMs),
      ...more,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Ends it. */
export async function ended(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch { /* it has ended already */ }
  await child.status;
}

/** The control's own permissions, the right to read its module, and to send heartbeats. */
export function controlFlags(flags: readonly string[], port: number): string[] {
  const own = { net: ["127.0.0.1:0", `127.0.0.1:${port}`], read: [filePath(project)] };
  const others = flags.filter((flag) => !/^--allow-(net|read)(=|$)/.test(flag));
  return others.concat(
    Object.entries(own).map(([name, entries]) => {
      const asked = flags.filter((flag) => flag.startsWith(`--allow-${name}`))
        .map((flag) => flag.slice(`--allow-${name}=`.length));
      return asked.includes("") ? `--allow-${name}` : `--allow-${name}=${[...entries, ...asked]}`;
    }),
  );
}
