/**
 * The table of options in the README of this folder, against the help of the originals that are
 * installed here.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runTool } from "./mod.ts";

/** Long options of a program, by its own help; undefined: it is not installed. */
async function optionsOf(program: string): Promise<readonly string[] | undefined> {
  const { code, stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", 'command -v "$1" >/dev/null || exit 9; exec "$1" --help-all 2>&1', "sh", program],
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    stdin: "null",
  }).output();
  if (code === 9) return undefined;
  const text = new TextDecoder().decode(stdout);
  const found = [...text.matchAll(/^ +(?:-\S, )?(--[a-z][\w-]*)/gm)].map(([, name = ""]) => name);
  return [...new Set(found)].filter((name) => !/^--(?:help|version)/.test(name));
}

/** What it says of an option that it does not have, or has only to name it. */
const refused =
  /Unknown option|^(?:\w+: )?(?:This command of \w+|--[\w-]+)(?: \(.*\))? is not supported/m;

/** Whether ours knows an option: it may refuse the call for any other reason. */
async function knows(program: string, option: string): Promise<boolean> {
  for (const words of [[option], [`${option}=x`], [option, "x"]]) {
    const said: string[] = [];
    const note = (text: string) => void said.push(text);
    const code = await runTool(program, {
      args: words,
      client: () => Promise.reject(new Error("asks the node")),
      cluster: () => Promise.reject(new Error("asks the node")),
      heartbeat: () => Promise.reject(new Error("asks the node")),
      shadow: { folder: "/nowhere", active: undefined },
      stdin: () => Promise.resolve(""),
      read: () => Promise.resolve(""),
      out: note,
      err: note,
      now: () => 0,
      token: () => "0",
      user: "",
      project: "",
    }, "/nowhere").catch(() => 0);
    if (/takes no value|Missing argument/.test(said.join("\n"))) continue;
    return code === 0 || !refused.test(said.join("\n"));
  }
  return true;
}

Deno.test("the README says how many options of each original are accepted", {
  permissions: { read: [new URL("README.md", import.meta.url)], run: ["/bin/sh"] },
}, async () => {
  const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
  const rows = [...readme.matchAll(/^\| ((?:`\w+` ?)+) *\| (\d+ of \d+)/gm)];
  assert.ok(rows.length >= 10, "the table is there");
  const wrong: string[] = [];
  let installed = 0;
  for (const [, names = "", stated = ""] of rows) {
    for (const [, program = ""] of names.matchAll(/`(\w+)`/g)) {
      const options = await optionsOf(program);
      if (options === undefined) continue;
      installed++;
      const known: string[] = [];
      for (const option of options) if (await knows(program, option)) known.push(option);
      const counted = `${known.length} of ${options.length}`;
      const missing = options.filter((option) => !known.includes(option)).join(" ");
      if (counted !== stated) {
        wrong.push(`${program}: ${counted}, not ${stated}; without ${missing}`);
      }
    }
  }
  if (installed === 0) return console.log("Skipped: no program of Pacemaker is installed");
  assert.deepEqual(wrong, []);
});
