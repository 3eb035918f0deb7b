import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { fileUrl } from "./file_url.ts";

Deno.test("a path of any characters is that path", () => {
  const names = [
    "a#b",
    "a?b",
    "100%",
    "%41",
    "npm:x",
    "a:b",
    "a b",
    'a"b',
    "ü",
    "a\\b",
    "[x]",
    "a@b",
  ];
  for (const name of names) {
    assert.equal(filePath(fileUrl(name, "/srv/ha")), `/srv/ha/${name}`, name);
    assert.equal(filePath(fileUrl(`${name}/`, `/srv/${name}/`)), `/srv/${name}/${name}`, name);
    assert.equal(filePath(new URL("lock.json", fileUrl(`/${name}/`))), `/${name}/lock.json`, name);
  }
});

Deno.test("dots, slashes and whole URLs lead where they say", () => {
  const table = [
    ["..", "/srv/ha", "/srv"],
    ["./x", "/srv/ha/", "/srv/ha/x"],
    ["/etc/x", "/srv", "/etc/x"],
    ["//etc/x", "/srv", "/etc/x"],
    ["file:///etc/a%23b", "/srv", "/etc/a#b"],
    ["", "/srv", "/srv"],
  ] as const;
  for (const [path, here, expected] of table) {
    assert.equal(filePath(fileUrl(path, here)), expected, path);
    assert.equal(fileUrl(path, here).host, "", path);
  }
});
