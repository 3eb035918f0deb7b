/**
 * `ha` as somebody types it: a process of its own with the flags of the task, which starts the command
 * in another one with the command's own grant.
 *
 * @module
 */
import { project as ours } from "./site.ts";

/** What came of a call. */
export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The words that start `ha` of a project. */
export const haWords = (words: readonly string[], project: string = ours): readonly string[] => [
  Deno.execPath(),
  "run",
  "--no-prompt",
  "--cached-only",
  "--unstable-lazy-dynamic-imports",
  `--config=${project}/deno.json`,
  `--allow-run=${Deno.execPath()}`,
  `--allow-read=${project}`,
  "--allow-env=INIT_CWD",
  `${project}/daemons/mgmtd/ha.ts`,
  ...words,
];

/** Calls `ha` of a project from a folder, with `input` on its standard input. */
export async function ha(
  here: string,
  words: readonly string[],
  input?: string,
  project: string = ours,
): Promise<Called> {
  const [program = "", ...args] = haWords(words, project);
  const child = new Deno.Command(program, {
    args,
    env: { INIT_CWD: here, NO_COLOR: "1" },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {}); // it need not read it
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}
