import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { readNodeConfig } from "./node_config/read.ts";
import { distrust, refuseUntrusted, refuseUntrustedNode } from "./trusted_path.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = `${project}/.test`;

Deno.test("what others own or may write is not trusted, each with its command", () => {
  const self = { uid: 1000, gid: 1000 };
  const fixes = (uid: number, gid: number, mode: number, isAbove = false) =>
    distrust({ path: "/srv/a b", uid, gid, mode }, self, isAbove).map(({ fix }) => fix);
  const table: readonly [ReturnType<typeof fixes>, readonly string[]][] = [
    [fixes(1000, 1000, 0o600), []],
    [fixes(0, 0, 0o644), []],
    [fixes(0, 0, 0o775), []],
    [fixes(1000, 1000, 0o775), []],
    [fixes(0, 5, 0o755), []],
    [fixes(0, 5, 0o775), ["chmod g-w '/srv/a b'"]],
    [fixes(0, 0, 0o777), ["chmod o-w '/srv/a b'"]],
    [fixes(33, 33, 0o700), ["chown 1000 '/srv/a b'"]],
    [fixes(33, 33, 0o777), [
      "chown 1000 '/srv/a b'",
      "chmod o-w '/srv/a b'",
      "chmod g-w '/srv/a b'",
    ]],
    [fixes(0, 0, 0o1777, true), []],
    [fixes(0, 0, 0o1777), ["chmod o-w '/srv/a b'"]],
    [fixes(33, 0, 0o1777, true), ["chown 1000 '/srv/a b'"]],
  ];
  for (const [found, wanted] of table) assert.deepEqual(found, wanted);
  const list = { path: "/srv/a", uid: 0, gid: 0, hasList: true };
  assert.deepEqual(
    distrust({ ...list, mode: 0o664 }, self, false).map(({ fix }) => fix),
    ["chmod g-w /srv/a"],
    "the group's bits bound what a list gives to others",
  );
  assert.deepEqual(distrust({ ...list, mode: 0o644 }, self, false), []);
  const link = { path: "/srv/a b", gid: 33, mode: 0o777, target: "/etc" };
  assert.deepEqual(distrust({ ...link, uid: 1000 }, self, false), [], "its mode says nothing");
  assert.deepEqual(
    distrust({ ...link, uid: 33 }, self, true).map(({ fix }) => fix),
    ["chown -h 1000 '/srv/a b'"],
  );
});

Deno.test({
  name: "a folder above, and what a link leads to, are looked at; all problems are told at once",
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "trust_" });
    try {
      for (const name of ["open/inner/run", "shut", "sticky/run"]) {
        await Deno.mkdir(`${folder}/${name}`, { recursive: true, mode: 0o700 });
      }
      await refuseUntrusted([`${folder}/shut`, `${folder}/not there/yet`]);
      await Deno.chmod(`${folder}/sticky`, 0o1777);
      await refuseUntrusted([`${folder}/sticky/run`]);
      await Deno.chmod(`${folder}/open`, 0o777);
      await Deno.chmod(`${folder}/open/inner/run`, 0o777);
      const both = [`chmod o-w ${folder}/open`, `chmod o-w ${folder}/open/inner/run`];
      for (const path of [`${folder}/open/inner/run`, `${folder}/link`]) {
        if (path.endsWith("link")) {
          await makeLink(`${folder}/open/inner/run`, path);
        }
        await assert.rejects(
          () => refuseUntrusted([path]),
          (error) =>
            both.every((fix) =>
              String(error).split("\n").some((line) => line.endsWith(`Fix: ${fix}`))
            ),
        );
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** `Deno.symlink` needs a right to all files. */
async function makeLink(to: string, path: string): Promise<void> {
  await new Deno.Command("/bin/sh", { args: ["-c", 'ln -s "$1" "$2"', "sh", to, path] }).output();
}

Deno.test({
  name: "every link on the way is looked at, with its owner, its folder and where it leads",
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
  async fn(test) {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "trust_" });
    const sh = async (script: string) => {
      const { code } = await new Deno.Command("/bin/sh", {
        args: ["-ec", script],
        cwd: folder,
        stderr: "null",
      }).output();
      return code === 0;
    };
    const refused = (path: string, fix: string) =>
      assert.rejects(() => refuseUntrusted([`${folder}/${path}`]), (error) => {
        assert(String(error).includes(`Fix: ${fix}`), String(error));
        return true;
      });
    try {
      // etc/keys -> open/link -> safe/keys: whoever may write in `open` leads it elsewhere.
      assert(
        await sh(`mkdir -m 755 etc open safe sticky; touch safe/keys; chmod 600 safe/keys
        ln -s ../open/link etc/keys; ln -s "$PWD/safe/./keys" open/link; ln -s etc/../etc here
        ln -s ../safe sticky/site; ln -s loop loop; ln -s ../nowhere etc/absent`),
      );
      await refuseUntrusted(["etc/keys", "here/keys", "etc/absent"].map((it) => `${folder}/${it}`));
      await sh("chmod 777 open");
      for (const path of ["etc/keys", "here/keys"]) await refused(path, `chmod o-w ${folder}/open`);
      await sh("chmod 755 open; chmod 1777 sticky");
      await refuseUntrusted([`${folder}/sticky/site/keys`]);
      await refused("loop", "name the place itself");
      await test.step("links and folders of another user, as root", async () => {
        if (!await sh("chown -h 12345 open/link")) {
          return console.log("Skipped: only root can give a file to another user");
        }
        await refused("here/keys", `chown -h 0 ${folder}/open/link`);
        await sh("chown -h 0 open/link; chown -h 12345 sticky/site");
        await refused("sticky/site/keys", `chown -h 0 ${folder}/sticky/site`);
        await sh("chown -h 0 sticky/site; chown 12345 safe");
        for (const path of ["etc/keys", "sticky/site/keys", "safe/keys"]) {
          await refused(path, `chown 0 ${folder}/safe`);
        }
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "all that lies in a folder of plugins is looked at: its programs are started later",
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "trust_" });
    try {
      await Deno.mkdir(`${folder}/plugins/ra/mine`, { recursive: true, mode: 0o755 });
      const program = `${folder}/plugins/ra/mine/step.sh`;
      await Deno.writeTextFile(program, "true", { mode: 0o755 });
      const look = () => refuseUntrusted([`${folder}/plugins`], [`${folder}/plugins`]);
      await makeLink("nowhere", `${folder}/plugins/link`);
      await look();
      await Deno.chmod(program, 0o777);
      await assert.rejects(look, (error) => String(error).endsWith(`Fix: chmod o-w ${program}`));
      await Deno.chmod(program, 0o755);
      await Deno.chmod(`${folder}/plugins/ra/mine`, 0o777);
      await assert.rejects(look, /mine: everyone may write it/);
      await Deno.chmod(`${folder}/plugins/ra/mine`, 0o755);
      const chown = async (owner: number, option = "") => {
        const script = `chown ${option} ${owner} "$1"`;
        const args = ["-c", script, "sh", option === "" ? program : `${folder}/plugins/link`];
        return (await new Deno.Command("/bin/sh", { args, stderr: "null" }).output()).success;
      };
      if (!await chown(12345)) return console.log("Skipped: only root can give a file away");
      await assert.rejects(look, /step\.sh: it belongs to user 12345/);
      await chown(0);
      await chown(12345, "-h");
      await assert.rejects(look, /link: it belongs to user 12345, who may lead it elsewhere/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "what lies in the state of a node is looked at as well",
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "trust_" });
    try {
      await Deno.mkdir(`${folder}/state/cib`, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(`${folder}/state/cib/document`, "", { mode: 0o600 });
      const config = readNodeConfig(JSON.stringify({
        cluster: "trust",
        node: "alice",
        nodes: ["alice"],
        state: `${folder}/state`,
        run: `${folder}/run`,
        authkeys: `${folder}/authkeys`,
        media: [{ plugin: "medium/ucast", address: "127.0.0.1" }],
      }));
      assert(config.ok);
      const look = () => refuseUntrustedNode(config.value, `${folder}/node.json`);
      await look();
      await Deno.chmod(`${folder}/state/cib/document`, 0o666);
      await assert.rejects(look, /state\/cib\/document: everyone may write it/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a node whose run folder everybody may write does not start, and says the command",
  permissions: { read: [project], write: [scratch], run: [Deno.execPath(), "/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "trust_" });
    try {
      await Deno.mkdir(`${folder}/run`, { mode: 0o700 });
      await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 secret-of-the-test\n", {
        mode: 0o600,
      });
      const media = [{ plugin: "medium/ucast", address: "127.0.0.1", port: 29_001 }];
      await Deno.writeTextFile(
        `${folder}/node.json`,
        JSON.stringify({
          cluster: "trust",
          node: "alice",
          nodes: ["alice"],
          state: `${folder}/state`,
          run: `${folder}/run`,
          authkeys: `${folder}/authkeys`,
          media,
        }),
        { mode: 0o600 },
      );
      await Deno.chmod(`${folder}/run`, 0o777);
      await Deno.chmod(`${folder}/node.json`, 0o666);
      for (const named of [`${folder}/node.json`, "node.json"]) {
        const child = new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "--no-prompt",
            "--cached-only",
            "--quiet",
            `--config=${project}/deno.json`,
            `--allow-read=${folder}`,
            `--allow-write=${folder}/run,${folder}/state`,
            "--allow-run=/bin/sh",
            `${project}/daemons/recoverymgrd/mod.ts`,
            named,
          ],
          cwd: folder,
          stdin: "null",
          stderr: "piped",
          stdout: "null",
        });
        const { code, stderr } = await child.output();
        const said = new TextDecoder().decode(stderr);
        assert.equal(code, 78, said);
        assert.match(said, /run: everyone may write it: .*Fix: chmod o-w \S+\/run/);
        assert.match(said, /\/node\.json: everyone may write it: .*chmod o-w \S+\/node\.json/);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** The list u::rw,u:12345:rw,g::r,m::rw,o::- as Linux keeps it. */
const giveList = `python3 -c '
import os, struct, sys
entries = [(1, 6, -1), (2, 6, 12345), (4, 4, -1), (16, 6, -1), (32, 0, -1)]
packed = b"".join(struct.pack("<HHi", *entry) for entry in entries)
for path in sys.argv[1:]:
    os.setxattr(path, "system.posix_acl_access", struct.pack("<I", 2) + packed)
' `;

Deno.test({
  name: "all in a folder is looked at where a link names it, and access control lists are seen",
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
  async fn(test) {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "trust_" });
    const sh = async (script: string) =>
      (await new Deno.Command("/bin/sh", {
        args: ["-ec", script],
        cwd: folder,
        stderr: "null",
      }).output()).success;
    const fixes = (path: string, tree: string) =>
      refuseUntrusted([`${folder}/${path}`], [`${folder}/${tree}`]).then(
        () => [],
        (error) => [...String(error).matchAll(/Fix: (.*)$/gm)].map(([, fix]) => fix),
      );
    try {
      assert(await sh("mkdir -m 755 real; ln -s real link; touch real/x; chmod 644 real/x"));
      assert.deepEqual(await fixes("link", "link"), []);
      assert(await sh("chmod 646 real/x"));
      assert.deepEqual(await fixes("link", "link"), [`chmod o-w ${folder}/link/x`]);
      await test.step("access control lists", async () => {
        if (!await sh(`touch "a b"; chmod 644 real/x; ${giveList} "a b" real/x`)) {
          return console.log("Skipped: no python3, or a file system without access control lists");
        }
        const list = [`chmod g-w '${folder}/a b'`, `chmod g-w ${folder}/link/x`];
        assert.deepEqual(await fixes("a b", "link"), list);
        assert(await sh(`chmod g-w "a b" real/x`));
        assert.deepEqual(await fixes("a b", "link"), []);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
