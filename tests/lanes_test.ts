/**
 * Every file of tests runs in one lane of `deno task test`, or in a part of `deno task interop`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { project, sources } from "./imports.ts";
import { elsewhere, ignored, lanesOf, lasting, long, pathsOf, timed } from "./lanes.ts";

const read = { permissions: { read: [project] } };

const isIn = (path: string, paths: readonly string[]): boolean =>
  paths.some((one) => path === one || path.startsWith(`${one}/`));

Deno.test("each test runs somewhere, once", read, () => {
  const list = (folder: string) => Deno.readDirSync(`${project}/${folder}`);
  const lanes = lanesOf(list("daemons"))
    .map((paths) => paths.flatMap((path) => pathsOf(path, list)));
  for (const path of lanes.flat()) {
    assert.ok(!ignored.some((one) => one === path || one.startsWith(`${path}/`)), path);
  }
  const tests = ["metadata", "pils", "plugins", "daemons", "tests"].flatMap(sources)
    .filter((path) => path.endsWith("_test.ts") && !path.includes("/templates/"));
  assert.ok(tests.length > 250);
  const wrong = tests.filter((path) => {
    const apart = [long, lasting, timed, elsewhere].filter((paths) => isIn(path, paths)).length;
    const times = apart > 0 ? apart : lanes.filter((paths) => isIn(path, paths)).length;
    return times !== 1;
  });
  assert.deepEqual(wrong, []);
});

Deno.test("each file that a list names is there", read, () => {
  const paths = [
    ...long,
    ...lasting,
    ...timed,
    ...elsewhere,
    ...lanesOf(Deno.readDirSync(`${project}/daemons`)).flat(),
  ];
  for (const path of paths) assert.ok(Deno.statSync(`${project}/${path}`), path);
});
