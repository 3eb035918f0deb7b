import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { filePath } from "../../../../pils/found.ts";
import { readTar, type TarFile } from "../tar.ts";
import { type Control, debianPackage, foldersOf } from "./deb.ts";
import { forTests, narrow } from "./packages.ts";
import { installedUnit, maintainerScripts, places } from "./scripts.ts";

const project = new URL("../../../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, project));
const file = (path: string, text: string): TarFile => ({
  path,
  mode: 0o644,
  bytes: new TextEncoder().encode(text),
});
const control: Control = {
  name: "ha",
  version: "1.0",
  architecture: "amd64",
  description: ["a cluster", "One paragraph.", "Another one."],
  depends: ["libc6"],
  conflicts: [],
  scripts: { postinst: "#!/bin/sh\n" },
};
const [one, two] = [file("usr/bin/ha", "1"), file("usr/lib/ha/mod.ts", "22")];

Deno.test("the same files in another order give the same package, other files another one", () => {
  const made = debianPackage(control, [one, two]);
  assert.deepEqual(debianPackage(control, [two, one]), made);
  assert.notDeepEqual(debianPackage(control, [one, file(two.path, "23")]), made);
});

Deno.test("a package is an archive of three members, with every folder before its files", () => {
  const bytes = debianPackage(control, [one, two]);
  const text = new TextDecoder("latin1").decode(bytes);
  assert.ok(text.startsWith("!<arch>\ndebian-binary   "));
  const members = new Map<string, Uint8Array>();
  for (let at = 8; at < bytes.length;) {
    const [name, size] = [text.slice(at, at + 16).trim(), Number(text.slice(at + 48, at + 58))];
    assert.equal(text.slice(at + 58, at + 60), "`\n");
    members.set(name, bytes.subarray(at + 60, at + 60 + size));
    at += 60 + size + size % 2;
  }
  assert.deepEqual([...members.keys()], ["debian-binary", "control.tar.gz", "data.tar.gz"]);
  const data = readTar(Uint8Array.from(gunzipSync(members.get("data.tar.gz")!)));
  assert.deepEqual(data.files.map(({ path }) => path), ["./usr/bin/ha", "./usr/lib/ha/mod.ts"]);
  assert.deepEqual(data.folders, ["./", "./usr/", "./usr/bin/", "./usr/lib/", "./usr/lib/ha/"]);
  const described = readTar(Uint8Array.from(gunzipSync(members.get("control.tar.gz")!)));
  const said = new TextDecoder().decode(described.files[0]?.bytes);
  assert.match(said, /^Package: ha\nVersion: 1\.0\n[^]*Installed-Size: 1\nDepends: libc6\n/);
  assert.match(said, /Description: a cluster\n One paragraph\.\n \.\n Another one\.\n$/);
  assert.equal(described.files[1]?.mode, 0o755);
});

Deno.test("folders are named once each, the outer ones first", () => {
  assert.deepEqual(foldersOf([one, two]), ["usr", "usr/bin", "usr/lib", "usr/lib/ha"]);
});

Deno.test("an installed node has every package that its code imports, and none of tests", () => {
  const { config, lock, packages, version } = narrow(read("deno.json"), read("deno.lock"));
  assert.match(version, /^\d+\.\d+\.\d+/);
  const { imports } = JSON.parse(config) as { imports: Record<string, string> };
  for (const name of forTests) {
    assert.equal(imports[name], undefined);
    assert.doesNotMatch(lock, new RegExp(`"(npm:)?${name}@`));
  }
  assert.ok(packages.some((id) => id.startsWith("xmlchars@")), "what saxes itself needs");
  const importsTests = new RegExp(`from "(?:${forTests.join("|")})(?:/[^"]*)?"`);
  const look = (folder: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const at = new URL(`${name}${isDirectory ? "/" : ""}`, folder);
      if (isDirectory) look(at);
      else if (/\.ts$/.test(name) && !/_test\.ts$/.test(name)) {
        assert.doesNotMatch(Deno.readTextFileSync(at), importsTests, filePath(at));
      }
    }
  };
  for (const floor of ["metadata/", "pils/", "plugins/", "daemons/"]) look(new URL(floor, project));
});

Deno.test("a lock of another version, or without a package, is refused with a fix", () => {
  const lock = JSON.parse(read("deno.lock"));
  const refused = (changed: object) => () =>
    narrow(read("deno.json"), JSON.stringify({ ...lock, ...changed }));
  assert.throws(refused({ version: "6" }), /version 6, expected 5 .*Fix/);
  assert.throws(refused({ npm: {} }), /lacks .*Fix: run deno install/);
});

Deno.test("the unit starts the packed Deno with the packed project and its cache", () => {
  const unit = installedUnit(read("daemons/recoverymgrd/ha.service"));
  assert.doesNotMatch(unit, /\/opt\/ha|\/usr\/bin\/deno/);
  assert.match(unit, new RegExp(`^Environment=DENO_DIR=${places.cache}$`, "m"));
  assert.match(unit, new RegExp(`^ExecStart=${places.deno} run .*${places.project}/daemons`, "m"));
  assert.match(unit, /--allow-run=\/bin\/sh /);
  assert.throws(() => installedUnit("[Unit]\n"), /no ExecStart/);
});

Deno.test("a package over a running node is refused by both scripts that dpkg asks", () => {
  // If that of the old package fails, dpkg asks that of the new one, and goes on if it agrees.
  assert.match(maintainerScripts.prerm ?? "", /^upgrade \| failed-upgrade\)$/m);
});
