/**
 * Could the import map name the standard library itself? The types of everything are checked with its
 * published names and signatures in the place of what stands in for it.
 *
 *     deno task interop std
 *
 * @module
 */
import { filePath } from "../../pils/found.ts";

const project = new URL("../../", import.meta.url);
const { imports }: { readonly imports: Readonly<Record<string, string>> } = JSON.parse(
  await Deno.readTextFile(new URL("deno.json", project)),
);

/** Checks the types of the project with these files for these names; what the compiler says. */
async function check(names: Readonly<Record<string, string>>, paths: readonly string[]) {
  const map = Object.entries({ ...imports, ...names }).map(([name, to]) =>
    [name, to.startsWith("./") ? new URL(to, project).href : to] as const
  );
  const text = JSON.stringify({ imports: Object.fromEntries(map) });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "check",
      "--quiet",
      `--config=${filePath(project)}/deno.json`,
      `--import-map=data:application/json,${encodeURIComponent(text)}`,
      ...paths,
    ],
    cwd: project,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return { success, said: new TextDecoder().decode(stderr).slice(0, 20_000) };
}

const [args, xml] = ["./tests/std/published_parse_args.ts", "./tests/std/published_xml.ts"];
const right = { "@std/cli/parse-args": args, "@std/xml": xml };
const all = await check(right, ["mod.ts", "metadata", "pils", "plugins", "daemons"]);
console.log(`${all.success ? "ok" : "FAILED"} the code takes the published names and signatures`);
if (!all.success) console.log(all.said);
// The check itself: with other names it has to fail.
const wrong = await check({ "@std/xml": args }, ["daemons/cib/mod.ts"]);
console.log(`${wrong.success ? "FAILED" : "ok"} the compiler looks at what the import map names`);
Deno.exit(all.success && !wrong.success ? 0 : 1);
