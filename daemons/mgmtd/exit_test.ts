import assert from "node:assert/strict";
import { exit, exitMeanings } from "./exit.ts";
import { ha } from "./commands/testing/ha_child.ts";
import { permissions, project } from "./commands/testing/site.ts";

const readme = new URL("README.md", import.meta.url);

Deno.test("the README has every exit code with its meaning", {
  permissions: { read: [decodeURIComponent(readme.pathname)] },
}, async () => {
  const text = await Deno.readTextFile(readme);
  const section = text.slice(text.indexOf("## Exit codes"));
  const rows = [
    ...section.slice(0, section.indexOf("\n## ", 1)).matchAll(/^\| (\d+) +\| (.*?) +\|$/gm),
  ]
    .map(([, code, meaning]) => [Number(code), meaning]);
  const keys = Object.keys(exit) as (keyof typeof exit)[];
  assert.deepEqual(rows, keys.map((key) => [exit[key], exitMeanings[key]]));
});

Deno.test("every command that asks a node ends with 102 where none answers", {
  permissions,
}, async (test) => {
  const run = `${project}/.test/no_node_${Deno.pid}`;
  for (
    const words of [
      ["status", "--run", run],
      ["why", "web", "--run", run],
      ["simulate", "-L", "--run-folder", run],
      ["resource", "cleanup", "web", "--run", run],
      ["plugin", "ls", "--running", "--run", run],
      ["heartbeat", "clients", "--run", run],
      ["heartbeat", "add", "dora", "--run", run],
      ["heartbeat", "weight", "dora", "1", "--run", run],
    ]
  ) {
    await test.step(words.slice(0, 2).join(" "), async () => {
      const { code, err } = await ha(project, words);
      assert.equal(code, exit.disconnected, err);
      assert.match(err, /No node answers at .*\nFix: start the node/);
    });
  }
});

Deno.test("a CIB that cannot be read is named, with its file", { permissions }, async () => {
  const folder = `${project}/.test/exit_${Deno.pid}`;
  await Deno.mkdir(folder, { recursive: true });
  try {
    const name = "x".repeat(100_000);
    await Deno.writeTextFile(`${folder}/broken.xml`, "<cib>");
    await Deno.writeTextFile(`${folder}/other.xml`, `<${name}/>`);
    await Deno.writeTextFile(
      `${folder}/typo.xml`,
      '<cib validate-with="pacemaker-4.0"><foo/></cib>',
    );
    for (
      const words of [["simulate", "-x"], ["why", "web", "-x"], ["configure", "verify"]]
    ) {
      const broken = await ha(folder, [...words, "broken.xml"]);
      assert.equal(broken.code, exit.badData);
      assert.ok(broken.err.includes(`Cannot read the CIB "${folder}/broken.xml": `), broken.err);
      const other = await ha(folder, [...words, "other.xml"]);
      assert.equal(other.code, exit.badData);
      assert.ok(other.err.length < 2_100, "a name is clipped");
      assert.match(other.err, /other\.xml.* characters .*Fix: /);
    }
    await Deno.writeTextFile(`${folder}/ha.cf`, `node alice\nbcast ${"n".repeat(1_000_000)}\n`);
    const imported = await ha(folder, ["configure", "import", "ha.cf"]);
    assert.equal(imported.code, exit.config);
    assert.ok(imported.err.length < 30_000, `${imported.err.length} characters are printed`);
    assert.match(imported.err, /n… \d+ characters …/);
    for (const words of [["simulate", "-x"], ["configure", "verify"], ["configure", "import"]]) {
      const none = await ha(folder, [...words, "none"]);
      assert.equal(none.code, exit.badData, none.err);
      assert.match(none.err, /none".*\[HA0008\]\. Fix: /);
    }
    const piped = await ha(folder, ["configure", "verify", "-"], "<cib>");
    assert.equal(piped.code, exit.badData);
    assert.match(piped.err, /^Cannot read the CIB from standard input: /);
    await Deno.mkdir(`${folder}/cases`);
    await Deno.copyFile(`${folder}/typo.xml`, `${folder}/cases/typo.xml`);
    const batch = await ha(folder, ["simulate", "--batch", "cases", "--out", "results"]);
    assert.equal(batch.code, exit.config, batch.err);
    assert.match(batch.err, /^typo: error: .*<configuration>|^typo: error: foo \(line 1\): /m);
    assert.match(batch.out, /^0 of 1 scheduled/);
    const typo = await ha(folder, ["configure", "verify", "typo.xml"]);
    assert.equal(typo.code, exit.config);
    assert.match(typo.err, /error: foo \(line 1\): There is no element <foo>/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test(
  "a comma in a path is no second permission, in any argument",
  { permissions },
  async (test) => {
    const run = `${project}/.test/a,/`;
    for (
      const words of [
        ["status", "--run", run],
        ["simulate", "-x", "a,/"],
        ["simulate", "-x", "cib.xml", "-O", "/tmp/a,/etc"],
        ["configure", "verify", "a,/"],
        ["configure", "import", "a,/"],
        ["plugin", "ls", "--lock=a,/x"],
        ["plugin", "add", "/tmp/a,/x", "--lock=l"],
        ["wire", "decode", "a,/", "--authkeys", "k"],
        ["resource", "describe", "a,/.xml"],
      ]
    ) {
      await test.step(words.join(" "), async () => {
        const { code, err } = await ha(project, words);
        assert.equal(code, exit.usage, err);
        assert.match(err, /has a comma: Deno would take it for two permissions \[HA0007\]\. Fix: /);
      });
    }
  },
);

Deno.test("no argument writes a line of its own into a message", { permissions }, async () => {
  for (const odd of ["a\nOnline: all", "a\x1b[2J", "a\rb", "a\u202eb", "a\u2028b", "a\x9bm"]) {
    for (const words of [["simulate", "-x", odd], [odd], ["status", `--run=${odd}`]]) {
      const { code, out, err } = await ha(project, words);
      assert.equal(code, exit.usage, err);
      assert.match(
        err,
        /^The argument "(?:--run=)?a\\u[^\n]*" has a control character \[HA0002\]\. Fix: [^\n]*\n$/,
      );
      assert.equal(out, "");
    }
  }
});
