import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { filesOf } from "./files.ts";
import { projectPackage } from "./project_package.ts";

const project = new URL("../../../", import.meta.url);
const read = { permissions: { read: [filePath(project)] } };

Deno.test("the package of the project has what authors need, and a program", read, async () => {
  const wanted = (_: string, path: string) =>
    /^(?:deno\.json|mod\.ts|metadata|pils|plugins|daemons)(?:$|\/)/.test(path);
  const limits = { entriesMax: 5_000, bytesMax: 64 * 1024 * 1024 };
  const { files, name } = projectPackage(await filesOf(project, wanted, limits));
  assert.match(name, /^pils-cluster-\d+\.\d+\.\d+\.tgz$/);
  const said = files.find(({ path }) => path === "package.json");
  const { exports, bin, dependencies } = JSON.parse(new TextDecoder().decode(said?.bytes));
  assert.equal(files.find(({ path }) => path === bin.ha)?.executable, true);
  assert.equal(dependencies, undefined, "Deno takes them by deno.lock");
  const handlers = Deno.readDirSync(new URL("plugins/handler", project));
  const kinds = [...handlers].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const wish = kinds.flatMap((kind) =>
    ["contract", "conformance"].map((name) => `./plugins/handler/${kind}/${name}.ts`)
  ).concat(".", "./plugins/handler/conform.ts", "./plugins/handler/testing_host.ts");
  assert.deepEqual(wish.filter((one) => exports[one] === undefined), []);
});

Deno.test("an export of a file that is not there is refused", { permissions: "none" }, () => {
  const config = { name: "@a/b", version: "1.0.0", license: "MIT", exports: { ".": "./mod.ts" } };
  const bytes = new TextEncoder().encode(JSON.stringify(config));
  assert.throws(
    () => projectPackage([{ path: "deno.json", executable: false, bytes }]),
    /exports \.\/mod\.ts: no such file/,
  );
});
