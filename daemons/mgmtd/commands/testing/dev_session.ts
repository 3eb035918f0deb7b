/**
 * `ha plugin dev` as an author has it open, for tests: each round as data, and what is left at the end.
 *
 * @module
 */
import { look } from "../../../../metadata/marked.ts";
import { within } from "../../../../metadata/within.ts";
import { markOf } from "../../local_nodes/local_cluster.ts";
import { sandboxNode, sandboxOf } from "../plugin/dev/sandbox_files.ts";
import { folderUrl } from "../plugin/places.ts";
import { project, type site } from "./site.ts";

/** Milliseconds that a round may take: the machine may have much else to do. */
const roundMs = 90_000;
/** Milliseconds in which everything must be gone. */
const goneMs = 20_000;

/** What `--json` tells of a round, as far as tests look at it. */
export interface Round {
  readonly id?: string;
  readonly version?: string;
  readonly conforms?: boolean;
  readonly loaded?: boolean;
  readonly ok?: boolean;
  readonly place?: string;
  readonly started?: string;
  readonly isolation?: string;
  readonly granted?: Readonly<Record<string, readonly string[]>>;
  readonly lines?: readonly string[];
  readonly problems?: readonly { readonly what: string; readonly fix?: string }[];
  readonly ms: Readonly<Record<string, number>>;
}

/** An open session. */
export interface DevSession extends AsyncDisposable {
  /** The next round that is over. */
  round(): Promise<Round>;
  /** What was said to the person so far. */
  said(): string;
  /** Waits until the person was told so. */
  until(what: RegExp): Promise<void>;
  /** Sends a signal to `ha`, or to the command that it started; the exit code of `ha`. */
  end(signal: Deno.Signal, whom?: "ha" | "command"): Promise<number>;
  /** Waits until it ends by itself; its exit code. */
  ended(): Promise<number>;
  /** What is there of the sandbox: processes by what they run, files. Waits until nothing is. */
  left(): Promise<readonly string[]>;
  /** What is there now. */
  now(): Promise<readonly string[]>;
}

/** Processes that name the sandbox, and its files. `$1`: its folder; the others: its processes. */
const there = `
folder=$1; shift
for id in $(grep -alF -- "$folder" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3) "$@"; do
  [ "$id" = "$$" ] || tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline | grep -v 'sh -c'
done
find "$folder" 2>/dev/null
exit 0
`;

/** Opens a session in a site. */
export function devSession(
  it: Pick<Awaited<ReturnType<typeof site>>, "here">,
  ...words: readonly string[]
): DevSession {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--allow-run=${Deno.execPath()}`,
      `--allow-read=${project}`,
      "--allow-env=INIT_CWD",
      `${project}/daemons/mgmtd/ha.ts`,
      ..."plugin dev --json --no-check --lock=l".split(" "),
      ...words,
    ],
    env: { INIT_CWD: it.here, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  let out = "";
  let taken = 0;
  const reading = Promise.all([
    (async () => {
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) out += chunk;
    })(),
    (async () => {
      for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) said += chunk;
    })(),
  ]);
  let over = false;
  void child.status.then(() => over = true);
  const signal = (name: Deno.Signal) => {
    if (!over) child.kill(name);
  };
  const until = async (what: string, holds: () => boolean) => {
    const last = performance.now() + roundMs;
    while (!holds()) {
      if (over || performance.now() > last) throw new Error(`${what} did not come: ${said}${out}`);
      await pause();
    }
  };
  const ending = () =>
    within(roundMs, child.status, () => new Error(`it does not end within ${roundMs} ms: ${said}`));
  const local = sandboxOf(folderUrl(words[0] ?? ".", it.here));
  const now = async () => {
    const marked = await look(markOf(local, sandboxNode));
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", there, "sh", local.folder, ...marked.map(String)],
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout).split("\n").filter((line) => line.trim() !== "");
  };
  return {
    async round() {
      const lines = () => out.split("\n").slice(0, -1);
      await until("a round", () => lines().length > taken);
      return JSON.parse(lines()[taken++] ?? "") as Round;
    },
    said: () => said,
    until: (what) => until(String(what), () => what.test(said)),
    async end(name, whom = "ha") {
      if (whom === "ha") signal(name);
      else {
        // Any thread of it may have started the command.
        const script = 'kill -s "$1" $(cat /proc/$2/task/*/children)';
        const args = ["-c", script, "sh", name.slice("SIG".length), String(child.pid)];
        const { success } = await new Deno.Command("/bin/sh", { args, stdin: "null" }).output();
        if (!success) throw new Error(`${name} did not reach the command: ${said}`);
      }
      const { code } = await ending();
      if (name !== "SIGKILL") await reading; // else whoever is left holds the pipes
      return code;
    },
    async ended() {
      const { code } = await ending();
      await reading;
      return code;
    },
    async left() {
      const last = performance.now() + goneMs;
      for (;;) {
        const found = await now();
        if (found.length === 0 || performance.now() > last) return found;
        await pause();
      }
    },
    now,
    async [Symbol.asyncDispose]() {
      signal("SIGTERM");
      await ending();
      await reading;
    },
  };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 25));
