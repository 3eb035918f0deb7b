/**
 * Plugins that lie neither in the project nor in the lock's folder: commands that name them by their
 * identity may read where the lock says they are, and nothing more.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseCall } from "../parse_call.ts";
import { pluginCommands } from "./plugin.ts";
import { ha } from "./testing/ha_child.ts";
import { permissions, project, site } from "./testing/site.ts";

/** A lock of three plugins, wherever they are. */
const lock = JSON.stringify({
  version: 1,
  plugins: {
    "stonith/a": { at: "/srv/a/stonith/a/" },
    "stonith/b": { at: "/srv/b/stonith/b/" },
    "answer/c": { at: "/srv/c/answer/c/" },
    "handler/answer": { at: "/srv/h/handler/answer/" },
    "ra/d": { at: 1 },
    "../x": { at: "/etc/" },
    "toString": { at: "/etc/" },
  },
});

const where = { project: "/opt/ha", here: "/home/alice", deno: "/usr/bin/deno" };
/** What is read for every call: the project, and the folder of the lock. */
const always = ["/opt/ha", "/etc/ha"];

/** What a call may read beside that. */
function readBy(line: string, text = lock): string[] {
  const parsed = parseCall(pluginCommands, `${line} --lock=/etc/ha/plugins.lock.json`.split(" "));
  assert(parsed.type === "call", line);
  const { command, call } = parsed;
  assert.deepEqual(command.consults?.(call, where), ["/etc/ha/plugins.lock.json"], line);
  const consulted = new Map([["/etc/ha/plugins.lock.json", text]]);
  const { read = [] } = command.grant(call, where, consulted);
  return read.filter((path) => !always.includes(path));
}

Deno.test("a command may read the folders of the plugins that it is about, and no others", {
  permissions: "none",
}, () => {
  const a = ["/srv/a/stonith/a", "/srv/a/handler/stonith"];
  assert.deepEqual(readBy("plugin trust stonith/a"), a);
  assert.deepEqual(readBy("plugin upgrade stonith/a"), a);
  assert.deepEqual(readBy("plugin trust answer/c"), [
    ...["/srv/c/answer/c", "/srv/c/handler/answer"],
    ...["/srv/h/handler/answer", "/srv/h/handler/handler"],
  ]);
  assert.deepEqual(
    readBy("plugin describe stonith/a"),
    ["/home/alice/stonith/a", "/home/alice/handler/stonith", ...a],
  );
  const all = readBy("plugin ls");
  for (const name of ["a/stonith/a", "b/stonith/b", "c/answer/c"]) {
    assert(all.includes(`/srv/${name}`), all.join());
  }
  assert(!all.includes("/etc"), all.join());
  for (
    const text of ["", "[]", "{}", '{"plugins":7}', '{"plugins":{"stonith/a":null}}']
  ) {
    assert.deepEqual(readBy("plugin trust stonith/a", text), [], text);
  }
});

Deno.test({
  name: "trust, upgrade, ls and describe work where neither plugin nor lock is in the project",
  permissions,
  async fn(test) {
    await using it = await site();
    const { here } = it;
    // A project of its own, so that nothing beside it may be read because of where it lies.
    const copied = await new Deno.Command("/bin/sh", {
      args: [
        "-ec",
        'mkdir ha site; cd "$1"; cp -R daemons metadata pils plugins deno.json deno.lock mod.ts "$2/ha"',
        "sh",
        project,
        here,
      ],
      cwd: here,
    }).output();
    assert.equal(copied.code, 0);
    const call = (words: string) =>
      ha(here, [...words.split(" "), "--lock=site/plugins.lock.json"], undefined, `${here}/ha`);
    await it.ha("plugin new notifier mine --at=elsewhere");
    await it.ha("plugin new notifier other --at=elsewhere");
    for (
      const words of [
        "plugin add elsewhere/notifier/mine elsewhere/notifier/other --yes",
        "plugin ls",
        "plugin describe notifier/mine",
      ]
    ) {
      const { code, out, err } = await call(words);
      assert.equal(code, 0, `${words}: ${out}${err}`);
    }
    await it.edit("elsewhere/notifier/mine/mod.ts", (text) => `${text}// more\n`);
    await test.step("trust", async () => {
      const { code, out, err } = await call("plugin trust notifier/mine --yes");
      assert.match(out, /changed .*elsewhere\/notifier\/mine\/mod\.ts/, err);
      assert.equal(code, 0, err);
    });
    await it.edit("elsewhere/notifier/mine/manifest.ts", (text) =>
      text.replace('"1.0.0"', '"1.1.0"'));
    await test.step("upgrade", async () => {
      const { code, out, err } = await call("plugin upgrade notifier/mine --yes");
      assert.match(out, /1\.0\.0 -> 1\.1\.0/, err);
      assert.equal(code, 0, err);
    });
  },
});
