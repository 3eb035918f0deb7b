import assert from "node:assert/strict";
import { follow, type Standing } from "./follow_path.ts";

/** What stands where: a target for a link, `true` for anything else. */
const world = (places: Readonly<Record<string, string | true>>) =>
  new Map<string, Standing | undefined>(
    Object.entries(places).map(([path, it]) => [path, it === true ? {} : { target: it }]),
  );

Deno.test("a path is followed through each link, and every place on the way is named", {
  permissions: "none",
}, () => {
  const known = world({
    "/etc": true,
    "/etc/ha": "../srv/site",
    "/srv": true,
    "/srv/site": "real/./deep/",
    "/srv/real": true,
    "/srv/real/deep": true,
    "/srv/real/deep/keys": "/home/keys",
    "/home": true,
    "/home/keys": true,
    "/loop": "loop",
    "/a": "b",
    "/b": "/a",
  });
  known.set("/absent", undefined);
  const table: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ["/", [], "/"],
    ["/etc/../home//keys", ["/", "/etc", "/", "/home"], "/home/keys"],
    ["/../home", ["/", "/"], "/home"],
    ["/absent/more", ["/"], undefined],
    [
      "/etc/ha/keys",
      [
        ...["/", "/etc", "/etc/ha", "/etc", "/", "/srv", "/srv/site", "/srv", "/srv/real"],
        ...["/srv/real/deep", "/srv/real/deep/keys", "/", "/home"],
      ],
      "/home/keys",
    ],
  ];
  for (const [path, through, end] of table) {
    assert.deepEqual(
      follow(path, known),
      { through, unknown: [], ...(end === undefined ? {} : { end }) },
      path,
    );
  }
  for (const path of ["/loop", "/a/x"]) assert.match(follow(path, known).problem ?? "", /40 links/);
});

Deno.test("what is not known is asked for, with what probably lies behind it", {
  permissions: "none",
}, () => {
  const known = world({ "/etc": true, "/ha": "/srv/x" });
  assert.deepEqual(follow("/etc/ha/./keys/../a", known).unknown, ["/etc/ha", "/etc/ha/keys"]);
  assert.deepEqual(follow("/ha/keys", known).unknown, ["/srv", "/srv/x", "/srv/x/keys"]);
});
