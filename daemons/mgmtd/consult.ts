/**
 * Files that a command needs to have read before it can say what else it may touch. `ha` itself may
 * read the project alone, so each file is read by a process that may read just these.
 *
 * @module
 */
import { bytesMax, readText } from "../site/bounded_file.ts";
import { runWords } from "../site/flags.ts";
import type { Consulted, Where } from "./command.ts";

/** Reads the files; those that cannot be read are left out: the command will say why. */
export async function consult(
  paths: readonly string[],
  { project, deno }: Where,
): Promise<Consulted> {
  if (paths.length === 0) return new Map();
  const { stdout } = await new Deno.Command(deno, {
    args: [
      ...runWords({ project, module: "daemons/mgmtd/consult.ts", grant: { read: paths } }),
      ...paths,
    ],
    stdin: "null",
    stderr: "null",
  }).output();
  const texts: unknown = JSON.parse(new TextDecoder().decode(stdout) || "[]");
  return new Map(
    paths.flatMap((path, at) => {
      const text: unknown = Array.isArray(texts) ? texts[at] : undefined;
      return typeof text === "string" ? [[path, text] as const] : [];
    }),
  );
}

if (import.meta.main) {
  const texts = await Promise.all(
    Deno.args.map((path) => readText(path, bytesMax.lock).catch(() => null)),
  );
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
