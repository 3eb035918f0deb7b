/**
 * For tests of devices at a serial line: two pseudo-terminals that are joined, with their ends outside
 * of `/dev`, below which Deno grants nothing. That takes root and mounts.
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";
import { sh } from "./testing_sshd.ts";

/** What plays the device: takes what came so far; gives what it answers and how much it took. */
export type Played = (
  said: string,
) => { readonly took: number; readonly answer: string } | undefined;

/** Why it cannot be tried here. */
export async function noLines(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted" || Deno.build.os !== "linux") return "it needs to run programs on Linux";
  const can = await sh('[ "$(id -u)" = 0 ] && unshare --mount true && echo yes || echo no');
  return can === "yes" ? undefined : "only root can mount";
}

const library = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
const pair = filePath(new URL("../../medium/serial/pty_pair.ts", import.meta.url));

/** The device's end, and another line that is not its own. */
export const ends = (folder: string) => ({ device: `${folder}/line`, other: `${folder}/other` });

/** See the head of the file. */
export class TestingLine {
  readonly #folder: string;
  #child: Deno.ChildProcess | undefined;
  #far: Deno.FsFile | undefined;
  #playing: Promise<void> | undefined;
  #over = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the line; nothing is at its other end yet. */
  async open(): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true });
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", `--allow-ffi=${library}`, pair, library],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = this.#child.stdout.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    const [near = "", far = ""] = JSON.parse(new TextDecoder().decode(value));
    const script = `set -e; cd "$1"; : >line; : >far; : >other
mount --bind "$2" line; mount --bind "$3" far
stty -F far raw -echo min 0 time 1`;
    await sh(script, this.#folder, near, far);
  }

  /** Plays the device, for one test. */
  async play(played: Played): Promise<void> {
    this.#over = false;
    this.#far = await Deno.open(`${this.#folder}/far`, { read: true, write: true });
    this.#playing = this.#play(this.#far, played);
  }

  /** Ends that. */
  async rest(): Promise<void> {
    this.#over = true;
    await this.#playing;
    this.#far?.close();
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#child?.stdin.close();
    await this.#child?.status;
    await sh('umount "$1/line" "$1/far"; rm -r "$1"', this.#folder);
  }

  async #play(far: Deno.FsFile, played: Played): Promise<void> {
    let said = "";
    const buffer = new Uint8Array(256);
    while (!this.#over) {
      const count = await far.read(buffer);
      said = (said + String.fromCharCode(...buffer.subarray(0, count ?? 0))).slice(-1_024);
      for (let done = played(said); done !== undefined; done = played(said)) {
        said = said.slice(done.took);
        await far.write(new TextEncoder().encode(done.answer));
        if (said === "") break;
      }
    }
  }
}
