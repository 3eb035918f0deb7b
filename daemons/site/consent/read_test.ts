/** What is read of an operator's files and of a folder, where each may be wrong in its own way. */
import assert from "node:assert/strict";
import { DiagnosticError } from "../../../metadata/diagnostic.ts";
import { filePath } from "../../../pils/found.ts";
import { discover } from "./discover.ts";
import { familyFor, typesIn } from "./family.ts";
import { lookUp, readConsented } from "./locked.ts";
import { readSignature } from "./sign.ts";

const project = new URL("../../../", import.meta.url);
const scratch = filePath(new URL(".test", project));
const permissions = { read: [scratch], write: [scratch] };

/** A folder with these files; a name that ends with a slash is a folder. */
async function folderWith(files: Readonly<Record<string, string>>) {
  await Deno.mkdir(scratch, { recursive: true });
  const base = await Deno.makeTempDir({ dir: scratch, prefix: "read_" });
  for (const [name, text] of Object.entries(files)) {
    const path = `${base}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (!name.endsWith("/")) await Deno.writeTextFile(path, text, { mode: 0o600 });
  }
  return {
    url: new URL(`file://${base}/`),
    [Symbol.asyncDispose]: () => Deno.remove(base, { recursive: true }),
  };
}

/** The problems of a refusal, each as its place and what is wrong. */
async function problemsOf(reading: Promise<unknown>): Promise<readonly string[]> {
  const error = await reading.then(() => undefined, (error: unknown) => error);
  assert(error instanceof DiagnosticError, String(error));
  return error.diagnostics.map(({ path, why }) => `${String(path[0]).split("/").at(-1)}: ${why}`);
}

Deno.test(
  "all problems of the locks and of the policy are reported at once",
  { permissions },
  async () => {
    await using it = await folderWith({
      "a/plugins.lock.json": "{",
      "a/plugins.policy.json": '{"allow":{},"allow":{}}',
      "b/plugins.lock.json": '{"version":2,"plugins":{"x":1}}',
    });
    const [a, b] = ["a", "b"].map((name) => new URL(`${name}/plugins.lock.json`, it.url));
    const problems = await problemsOf(readConsented(a!, b!));
    assert.equal(problems.length, 3);
    assert.match(problems[0]!, /^plugins\.policy\.json: allow is there twice$/);
    assert.match(problems[1]!, /^plugins\.lock\.json: SyntaxError/);
    assert.match(problems[2]!, /version: expected 1; plugins\.x: expected a name like/);
  },
);

Deno.test("a plugin that is in no lock is named with the locks and the nearest name", {
  permissions: "none",
}, async () => {
  const at = (name: string, plugins: Readonly<Record<string, unknown>>) => ({
    lock: { version: 1 as const, plugins },
    file: new URL(`file:///etc/${name}`),
  });
  const find = lookUp([at("one", { "stonith/ours": 1 }), at("two", { "ra/ocf": null })]);
  await assert.rejects(find("stonith/our"), /"stonith\/our".*Did you mean "stonith\/ours"/s);
  await assert.rejects(find("stonith/our"), /is not in \/etc\/one or \/etc\/two/);
  // What is wrong with another entry does not matter, whatever it is.
  const lock = { version: 1 as const, plugins: { "ra/ocf": null, "ra/x": 7, "ra/y": "text" } };
  assert.equal(familyFor("ra/z", lock, new URL("file:///etc/one")), undefined);
  assert.deepEqual(typesIn(lock), []);
});

Deno.test("a signature is two texts in a plain file; none is no mistake", {
  permissions: { ...permissions, run: ["/bin/sh"] },
}, async () => {
  const good = { key: "a", signature: "b" };
  await using it = await folderWith({
    "none/": "",
    "good/signature.json": JSON.stringify(good),
    "key/signature.json": '{"signature":"b"}',
    "text/signature.json": '{"key":"a","signature":1}',
    "null/signature.json": "null",
    "folder/signature.json/": "",
    "link/": "",
  });
  const script = 'ln -s ../good/signature.json "$1/link"';
  await new Deno.Command("/bin/sh", { args: ["-c", script, "sh", filePath(it.url)] }).output();
  const read = (name: string) => readSignature(new URL(`${name}/`, it.url));
  assert.equal(await read("none"), undefined);
  assert.deepEqual(await read("good"), good);
  for (const name of ["key", "text", "null"]) {
    await assert.rejects(read(name), /no(?:t a)? signature/);
  }
  for (const name of ["folder", "link"]) await assert.rejects(read(name), /is not a file/);
});

Deno.test("plugins are looked for in folders of kinds and names, and only there", {
  permissions,
}, async () => {
  await using it = await folderWith({
    "stray.ts": "",
    "ra/manifest.ts": "",
    "ra/README/manifest.ts": "",
    "ra/.git/manifest.ts": "",
    "ra/empty/mod.ts": "",
    "ra/folder/manifest.ts/": "",
    "RA/ours/manifest.ts": "",
  });
  // None of them is a plugin, so nothing is started to read it.
  const tools = { denoPath: "/nowhere/deno", configFile: new URL("deno.json", project) };
  assert.deepEqual(await discover(it.url, tools), []);
  await assert.rejects(
    discover(new URL("none/", it.url), tools),
    /none\/?: it cannot be listed.*Fix: name a folder that holds plugins/,
  );
});
