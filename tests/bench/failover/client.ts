/**
 * The client as a process, in the network where clients are, and what it has seen.
 *
 * @module
 */
import { flagsOf } from "../../../daemons/site/flags.ts";
import { project } from "../../lab/spaces.ts";
import type { Side } from "./side.ts";

/** An answer of the web server. */
interface Answer {
  /** When it was asked for, and when it came: milliseconds since 1970. */
  readonly askedMs: number;
  readonly atMs: number;
  /** The machine that gave it. */
  readonly host: string;
}

/** Answers that are waited for. */
interface Wanted {
  readonly matches: (answer: Answer) => boolean;
  readonly take: (atMs: number) => void;
}

/** See the head of the file. */
export class Client implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #wanted = new Set<Wanted>();
  readonly #reading: Promise<void>;

  constructor({ client, server: { hostname, port } }: Side) {
    this.#child = new Deno.Command("/bin/sh", {
      args: [
        ...["-c", 'exec "$@"', "sh", ...client, Deno.execPath(), "run", "--no-prompt"],
        ...["--cached-only", "--quiet", `--config=${project}/deno.json`],
        ...flagsOf({ net: [`${hostname}:${port}`] }),
        `${project}/tests/bench/failover/probe.ts`,
        ...[hostname, `${port}`],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read();
  }

  /** When the first answer came that is as wanted. */
  first(matches: Wanted["matches"]): Promise<number> {
    return new Promise((resolve) => {
      const wanted: Wanted = {
        matches,
        take: (atMs) => {
          this.#wanted.delete(wanted);
          resolve(atMs);
        },
      };
      this.#wanted.add(wanted);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
  }

  async #read(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stdout) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [asked = "", at = "", host = ""] = line.split(" ");
        const answer = { askedMs: Number(asked), atMs: Number(at), host };
        for (const { matches, take } of [...this.#wanted]) if (matches(answer)) take(answer.atMs);
      }
    }
  }
}
