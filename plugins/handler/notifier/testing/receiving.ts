/**
 * For tests of notifiers: a receiver in a process of its own.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";

/** A receiver. */
export interface Receiving {
  readonly folder: string;
  /** What has come, oldest first. */
  arrived(): Promise<readonly Uint8Array[]>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A receiver on a port of the loopback. */
export function receiving(port: number, mode = "plain"): Receiving {
  const scratch = filePath(new URL("../../../../.test", import.meta.url));
  const folder = `${scratch}/receiver_${mode}_${Deno.pid}`;
  const file = `${folder}/arrived`;
  let child: Deno.ChildProcess | undefined;
  return {
    folder,
    async arrived() {
      const text = await Deno.readTextFile(file).catch(() => "");
      return text.split("\n").filter((row) => row !== "").map((row) => Uint8Array.fromHex(row));
    },
    async start() {
      await Deno.mkdir(folder, { recursive: true });
      const net = `--allow-net=127.0.0.1`;
      const program = filePath(new URL("receiver.ts", import.meta.url));
      const config = `--config=${filePath(new URL("../../../../deno.json", import.meta.url))}`;
      child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-prompt", "--no-check", "--cached-only", "--quiet", config, net],
          ...[`--allow-write=${folder}`, program, String(port), file, mode],
        ],
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      await reader.cancel();
    },
    async stop() {
      child?.kill("SIGKILL");
      await child?.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}
