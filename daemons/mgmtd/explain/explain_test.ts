import assert from "node:assert/strict";
import { codes } from "../../../metadata/codes/table.ts";
import { filePath } from "../../../pils/found.ts";
import { explain } from "../commands/explain.ts";
import { exit } from "../exit.ts";
import { codeNameModule, errorsPage } from "./reference.ts";

const page = filePath(new URL("../errors.md", import.meta.url));
const names = filePath(new URL("../../../metadata/codes/code_name.ts", import.meta.url));
const where = { project: "/opt/ha", here: "/", deno: "/usr/bin/deno" };

/** What the command prints for these words. */
async function explained(positionals: readonly string[], json = false) {
  let out = "";
  let err = "";
  const text = (said: string | readonly string[]) =>
    typeof said === "string" ? said : said.map((line) => `${line}\n`).join("");
  const io = {
    out: (said: string | readonly string[]) => void (out += text(said)),
    err: (said: string | readonly string[]) => void (err += text(said)),
    ask: () => undefined,
  };
  const code = await explain.run({ options: json ? { json } : {}, positionals }, io, where);
  return { code, out, err };
}

Deno.test("a code is explained however it is written", async () => {
  const { code, out, err } = await explained(["HA9001"]);
  assert.equal(code, exit.ok);
  assert.equal(err, "");
  const { title, fix, command = "" } = codes.HA9001;
  assert.ok(out.startsWith(`HA9001: ${title}\n`), out);
  assert.ok(out.replaceAll("\n", " ").includes(`Fix: ${fix}`), out);
  assert.ok(out.includes(`\n  ${command}\n`), out);
  for (const word of ["ha9001", "[HA9001]", "[ha9001]", "9001"]) {
    assert.deepEqual(await explained([word]), { code, out, err }, word);
  }
});

Deno.test("an unknown code gets the nearest one, and the known ones their answer", async () => {
  const { code, out, err } = await explained(["HA900l", "HA9002"]);
  assert.equal(code, exit.noSuch);
  assert.match(out, /^HA9002: /);
  assert.match(err, /^There is no code "HA900l". Did you mean "HA9001"\? \[HA0006\] Fix: .*\n$/);
  const long = await explained(["x".repeat(100_000)]);
  assert.ok(long.err.length < 200, "a word is clipped");
  assert.deepEqual(await explained(["constructor"]), {
    code: exit.noSuch,
    out: "",
    err: 'There is no code "constructor" [HA0006]. Fix: ha explain lists all codes\n',
  });
});

Deno.test("without a code all are listed, by area", async () => {
  const { code, out } = await explained([]);
  assert.equal(code, exit.ok);
  for (const [code, { title }] of Object.entries(codes)) {
    assert.ok(out.includes(`  ${code}  ${title}\n`), code);
  }
  assert.ok(out.startsWith("Commands\n  HA0001"));
  assert.ok(out.includes("\n\nFencing\n  HA8001"));
});

Deno.test("JSON has the same", async () => {
  const one = await explained(["9001"], true);
  assert.deepEqual(JSON.parse(one.out), [
    { area: "Processes and disk", code: "HA9001", ...codes.HA9001 },
  ]);
  const all = JSON.parse((await explained([], true)).out);
  assert.equal(all.length, Object.keys(codes).length);
  assert.deepEqual(await explained(["HA9999"], true), {
    code: exit.noSuch,
    out: "",
    err: (await explained(["HA9999"])).err,
  });
});

/** Without what only the formatter decides. */
const words = (text: string) => text.replace(/\\([_*])/g, "$1").split(/\s+/).filter(Boolean);

Deno.test("the page of errors is current", { permissions: { read: [page] } }, () => {
  assert.deepEqual(
    words(Deno.readTextFileSync(page)),
    words(errorsPage()),
    "Fix: run deno task errors",
  );
});

Deno.test(
  "the type of all codes names those of the table",
  { permissions: { read: [names] } },
  () => {
    assert.equal(Deno.readTextFileSync(names), codeNameModule(), "Fix: deno task errors");
  },
);
