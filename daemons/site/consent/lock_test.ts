import { statement } from "./signature.ts";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createLoader } from "../../../pils/loader.ts";
import { filePath } from "../../../pils/found.ts";
import { codeIn } from "./beside.ts";
import { readLock } from "./lock.ts";
import { lockText, readWholeLock } from "./lock_file.ts";
import { pin, pinAll } from "./pin.ts";
import { inLocks } from "./locked.ts";
import type { SignaturePolicy } from "./signature.ts";
import { sign } from "./sign.ts";

const project = new URL("../../../", import.meta.url);
const fixtures = new URL("../../../pils/testdata/plugins/", import.meta.url);
const tools = { denoPath: Deno.execPath(), configFile: new URL("deno.json", project) };
const scratch = `${filePath(project)}/.test`;
const permissions: Deno.PermissionOptions = {
  read: [filePath(project)],
  write: [scratch],
  run: [Deno.execPath(), "/bin/sh"],
};

/** A folder with a third party's plugin `echo/mine`, and the lock that pins it and its handler. */
async function installed(source = `const word: string = "mine";
export default () => ({
  say: (text: string) => word + text,
  bytes: () => 0,
  fail: () => 0,
  tell: () => 0,
  misbehave: () => 0,
});
`) {
  await Deno.mkdir(scratch, { recursive: true });
  const base = await Deno.makeTempDir({ dir: scratch, prefix: "lock_" });
  const folder = new URL(`file://${base}/echo/mine/`);
  await Deno.mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => Deno.writeTextFile(new URL(name, folder), text);
  await write(
    "manifest.ts",
    `export default {
      kind: "echo", name: "mine", version: "1.0.0", api: "echo/2", summary: { en: "Mine" },
      config: [], permissions: {}, license: "MIT",
    };`,
  );
  await write("mod.ts", source);
  const lock = new URL(`file://${base}/plugins.lock.json`);
  const options = { ...tools, lock, project };
  const repin = async (
    change: (locked: Awaited<ReturnType<typeof pin>>) => object = () => ({}),
  ) => {
    const mine = await pin(folder, options);
    const handler = { ...await pin(new URL("handler/echo/", fixtures), options), shipped: true };
    const plugins = { "echo/mine": { ...mine, ...change(mine) }, "handler/echo": handler };
    await Deno.writeTextFile(lock, lockText({ version: 1, plugins }), { mode: 0o644 });
    return mine;
  };
  const loader = () =>
    createLoader({
      denoPath: tools.denoPath,
      find: inLocks(lock),
      limits: { closeMs: 1_000 },
    });
  return {
    folder,
    lock,
    write,
    repin,
    loader,
    [Symbol.asyncDispose]: () => Deno.remove(base, { recursive: true }),
  };
}

interface Say {
  say(text: string): Promise<string>;
}

Deno.test({
  name: "what the lock pins is loaded, in a process, from the bytes that were hashed",
  permissions,
  async fn() {
    await using it = await installed();
    await it.repin();
    await using loader = it.loader();
    const { api, isolation } = await loader.load<Say>("echo/mine");
    assert.equal(isolation, "process");
    assert.equal(await api.say("!"), "mine!");
  },
});

Deno.test({
  name: "a flipped byte, a symbolic link, a file of everybody and a missing file are refused",
  permissions,
  async fn() {
    await using it = await installed();
    await it.repin();
    const mod = new URL("mod.ts", it.folder);
    const good = await Deno.readTextFile(mod);
    const refused = async (why: RegExp) => {
      await using loader = it.loader();
      await assert.rejects(() => loader.load("echo/mine"), why);
    };
    await it.write("mod.ts", good.replace("mine", "mime"));
    await refused(/mod\.ts: it differs from the approved file.*ha plugin trust echo\/mine/s);
    await Deno.rename(mod, new URL("../other.ts", it.folder));
    await refused(/mod\.ts/);
    await it.write("../other.ts", good);
    // Deno itself makes links only with an unbounded right to write.
    const link = ["-c", 'ln -s ../other.ts "$1"', "sh", filePath(mod)];
    await new Deno.Command("/bin/sh", { args: link }).output();
    await refused(/through a symbolic link/);
    await Deno.remove(mod);
    await new Deno.Command("/bin/sh", { args: ["-c", 'mkfifo "$1"', "sh", filePath(mod)] })
      .output();
    await refused(/is not a file/);
    await Deno.remove(mod);
    await it.write("mod.ts", good);
    await Deno.chmod(mod, 0o666);
    await refused(/is writable by everyone/);
    await Deno.chmod(mod, 0o644);
    await Deno.chmod(it.folder, 0o777);
    await refused(/is writable by everyone/);
    await Deno.chmod(it.folder, 0o755);
    await using loader = it.loader();
    await loader.load("echo/mine"); // the same bytes again
  },
});

Deno.test({
  name:
    "code that is put into the folder after the consent is refused by its name, other files not",
  permissions,
  async fn() {
    await using it = await installed();
    await it.write("mod_test.ts", "");
    await it.write("step.sh", "true");
    await it.repin();
    const load = async () => {
      await using loader = it.loader();
      await loader.load("echo/mine");
    };
    const shell = (script: string) =>
      new Deno.Command("/bin/sh", { args: ["-c", script, "sh", filePath(it.folder)] }).output();
    await it.write("README.md", "no code");
    await it.write("mod_test.ts", "// another test");
    await shell(
      'mkdir -p "$1/.git/objects" && touch "$1/.git/HEAD" && ln -s nowhere "$1/.#mod.ts"',
    );
    await load();
    const names = [
      "evil.ts",
      "evil.MJS",
      "evil.json",
      "evil.wasm",
      "evil.so.6",
      ".evil.js",
      "evil.bash",
      "a b.ts",
    ];
    for (const name of names) await it.write(name, "");
    await shell(
      'cd "$1"; mkdir -p in/side; touch in/side/evil.py tool; chmod +x tool; ln -s / link; ' +
        "mkdir .in .vscode; touch .in/tool.awk .vscode/tasks.json .git/evil.ts .git/objects/tool; " +
        "chmod +x .git/objects/tool; ln -s / .link; ln -s mod_test.ts .#link",
    );
    const below = ["in/side/evil.py", ".in/tool.awk", ".vscode/tasks.json"];
    const kept = [".git/evil.ts", ".git/objects/tool", ".#link"];
    for (const name of [...names, "tool", "link", ".link", ...below, ...kept]) {
      const last = name.slice(name.lastIndexOf("/") + 1);
      await assert.rejects(load, (error: Error) => {
        assert(error.message.includes(`"${last}" is in the folder of "echo/mine"`), error.message);
        assert.match(
          error.message,
          /added after the approval \[HA\d{4}\]\. Fix: .*ha plugin trust echo/,
        );
        return true;
      });
      await Deno.remove(`${filePath(it.folder)}/${name}`);
    }
    await load();
    // What a plugin may start is pinned, though it is not loaded.
    await it.write("step.sh", "false");
    await assert.rejects(load, /step\.sh: it differs from the approved file/);
    await shell(
      'cd "$1"; for i in 1 2 3 4 5 6 7 8 9 10; do mkdir n$i; (cd n$i; seq 100 | xargs touch); done',
    );
    await assert.rejects(load, /more than 1000 files in .*mine \[HA\d{4}\]\. Fix: remove/);
    await assert.rejects(() => it.repin(), /more than 1000 files/);
  },
});

Deno.test({
  name: "files may have any name that can be shown, and a folder as well",
  permissions,
  async fn() {
    await using it = await installed(`import word from "./a%23b %25.ts";
export default () => ({ say: (text: string) => word + text,
  bytes: () => 0, fail: () => 0, tell: () => 0, misbehave: () => 0 });
`);
    const names = ["a#b %.ts", "c?d.sh", "e\\f.py", "\u{1F600}.js", "%41.sh"];
    for (const name of names) {
      await Deno.writeTextFile(`${filePath(it.folder)}/${name}`, 'export default "odd";');
    }
    for (const strange of ["g\nh.sh", "x\x1b[u\x1b[J.sh", "i\u202ej.ts", "k\u200b.sh"]) {
      const file = `${filePath(it.folder)}/${strange}`;
      await Deno.writeTextFile(file, "");
      await assert.rejects(() => it.repin(), /the name of the file .* holds the character \\u/);
      await Deno.remove(file);
    }
    const { files, beside = {} } = await it.repin();
    const path = (name: string) => `./echo/mine/${name}`;
    assert(Object.hasOwn(files, path(names[0] ?? "")));
    assert.deepEqual(Object.keys(beside).sort(), names.slice(1).map(path).sort());
    await using loader = it.loader();
    assert.equal(await (await loader.load<Say>("echo/mine")).api.say("!"), "odd!");
    await Deno.writeTextFile(`${filePath(it.folder)}/c#d.sh`, "");
    await Deno.writeTextFile(`${filePath(it.folder)}/c?d.sh`, "");
    await using another = it.loader();
    await assert.rejects(
      () => another.load("echo/mine"),
      /(?=.*c\?d\.sh: it differs from the approved file)(?=.*"c#d\.sh" is in the folder)/s,
    );
  },
});

Deno.test({
  name: "what lies beside a stranger's handler is pinned with its hash",
  permissions,
  async fn() {
    await using it = await installed();
    const handler = new URL("../../handler/mine/", it.folder);
    await Deno.mkdir(handler, { recursive: true });
    await it.write(
      "../../handler/mine/manifest.ts",
      `export default {
        kind: "handler", name: "mine", version: "1.0.0", api: "handler/1", summary: { en: "Mine" },
        config: [], permissions: { run: ["/bin/sh"] }, license: "MIT",
      };`,
    );
    await it.write("../../handler/mine/mod.ts", "export default () => ({});");
    await it.write("../../handler/mine/step.sh", "true");
    const { beside = {} } = await pin(handler, { ...tools, lock: it.lock, project });
    assert.match(beside["./handler/mine/step.sh"] ?? "", /^sha256-/);
  },
});

Deno.test({
  name: "a permission that was not granted is refused, whatever the manifest asks",
  permissions,
  async fn() {
    await using it = await installed();
    await it.repin(({ manifest }) => ({
      manifest: { ...manifest, permissions: { env: ["HOME"] } },
    }));
    await using loader = it.loader();
    await assert.rejects(
      () => loader.load("echo/mine"),
      /requests env "HOME".*the lock does not grant/s,
    );
    await assert.rejects(() => loader.load("echo/mime"), /not in the lock.*"echo\/mine"/s);
  },
});

Deno.test({
  name: "code outside the folder, data as code and what cannot be found cannot be pinned",
  permissions,
  async fn() {
    const table: readonly (readonly [string, RegExp])[] = [
      [`import "/etc/hostname.ts"; export default 1;`, /not found|not the plugin's own/i],
      [`import text from "/etc/passwd" with { type: "text" }; export default text;`, /as text/],
      [`import "https://example.org/a.ts"; export default 1;`, /not a file/],
      [`await import("data:text/javascript,1"); export default 1;`, /not a file/],
      [
        `import "npm:left-pad@1.0.0"; export default 1;`,
        /"npm:left-pad@1\.0\.0" is none that the pro/,
      ],
      [`import "npm:zod@3.0.0"; export default 1;`, /"npm:zod@3\.0\.0" is none that the project/],
      ...["marked.ts", "handler/ra/with_secrets.ts"].map((path) =>
        [
          `import "${new URL("plugins/", project)}${path}"; export default 1;`,
          /not the plugin's own/,
        ] as const
      ),
    ];
    for (const [source, why] of table) {
      await using it = await installed(source);
      await assert.rejects(() => it.repin(), why, source);
    }
    await using it = await installed(
      'import "zod"; import "./pipe.ts"; export default () => ({});',
    );
    const pipe = filePath(new URL("pipe.ts", it.folder));
    await new Deno.Command("/bin/sh", { args: ["-c", 'mkfifo "$1"', "sh", pipe] }).output();
    const begun = performance.now();
    await assert.rejects(() => it.repin(), /pipe\.ts: it is not a file: .* Fix: remove it/);
    assert(performance.now() - begun < 5_000, "nobody waited for its end");
  },
});

Deno.test({
  name: "what handlers of several kinds share is part of a plugin of any kind, and pinned with it",
  permissions,
  async fn() {
    const shared = `${new URL("plugins/handler/", project)}program_output.ts`;
    await using it = await installed(`import "${shared}"; export default () => ({});`);
    const { files } = await it.repin();
    assert(Object.keys(files).some((file) => file.endsWith("handler/program_output.ts")));
  },
});

Deno.test({
  name: "a signature is checked against the keys of the policy",
  permissions,
  async fn() {
    await using it = await installed();
    const { privateKey } = generateKeyPairSync("ed25519");
    const locked = await it.repin();
    const signature = await sign(
      locked,
      privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    );
    const required = { required: true, keys: { alice: signature.key } };
    const load = async (signatures: SignaturePolicy) => {
      const policy = new URL("plugins.policy.json", it.lock);
      await Deno.writeTextFile(policy, JSON.stringify({ signatures }));
      await using loader = it.loader();
      await loader.load("echo/mine");
    };
    await assert.rejects(() => load(required), /not signed, and the policy requires/);
    await it.write("signature.json", JSON.stringify(signature));
    await it.repin();
    await load(required);
    await load({ required: false, keys: {} });
    await assert.rejects(() => load({ required: true, keys: {} }), /none that the policy knows/);
    await assert.rejects(() => load({ ...required, revoked: [signature.key] }), /is revoked/);
    // The same bytes in other letters: the last one before "=" has two bits that mean nothing.
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const last = signature.key.at(-2) ?? "";
    const other = `${signature.key.slice(0, -2)}${letters[letters.indexOf(last) + 1]}=`;
    assert.deepEqual(Uint8Array.fromBase64(other), Uint8Array.fromBase64(signature.key));
    await it.write("signature.json", JSON.stringify({ ...signature, key: other }));
    await it.repin();
    const revoked = { required: false, keys: {}, revoked: [signature.key] };
    await assert.rejects(() => load(revoked), /is revoked/);
    await load(required);
    await it.write("signature.json", JSON.stringify(signature));
    await it.write("mod.ts", "export default () => ({ say() {} });");
    await it.repin(); // a new consent does not make the author's signature fit
    await assert.rejects(() => load(required), /signature of alice does not fit/);
  },
});

Deno.test({
  name: "a lock that is no lock is refused with its place, a part that is wrong when it is wanted",
  permissions,
  async fn() {
    await using it = await installed();
    await it.repin();
    const good = JSON.parse(await Deno.readTextFile(it.lock));
    const write = (lock: unknown) =>
      Deno.writeTextFile(it.lock, typeof lock === "string" ? lock : JSON.stringify(lock));
    const load = async () => {
      await using loader = it.loader();
      await loader.load("echo/mine");
    };
    for (
      const bad of ["", "{}", { version: 2, plugins: {} }, { version: 1, plugins: { "../x": {} } }]
    ) {
      await write(bad);
      await assert.rejects(load, /plugins\.lock\.json.*Fix: .*ha plugin trust --all/s);
    }
    await write({ ...good, plugins: { ...good.plugins, "echo/other": { at: 1 } } });
    await load(); // what is not wanted stops nothing
    await assert.rejects(() => readWholeLock(it.lock), /"echo\/other".*at/s);
    await write({ ...good, plugins: { ...good.plugins, "echo/mine": { at: 1 } } });
    await assert.rejects(load, /"echo\/mine".*Fix: .*ha plugin trust --all/s);
    await Deno.remove(it.lock);
    assert.deepEqual((await readWholeLock(it.lock)).plugins, {});
  },
});

Deno.test({
  name: "a lock is read back as it was written, and the same content is the same text",
  permissions,
  async fn() {
    const lock = new URL("../../../pils/testdata/plugins.lock.json", import.meta.url);
    const folders = ["handler/echo/", "echo/plain/"].map((path) => new URL(path, fixtures));
    const [handler, plain] = await pinAll(folders, { ...tools, lock, project });
    assert(handler !== undefined && plain !== undefined);
    assert(Object.keys(plain.files).includes("./plugins/echo/plain/mod.ts"));
    const text = lockText({
      version: 1,
      plugins: { "handler/echo": handler, "echo/plain": plain },
    });
    await using it = await installed();
    await Deno.writeTextFile(it.lock, text);
    assert.equal(lockText(await readWholeLock(it.lock)), text);
  },
});

Deno.test({
  name: "options of Deno and npm in a plugin's folder are pinned like code, and not signed",
  permissions,
  async fn() {
    await using it = await installed();
    const names = ["deno.json", "package.json", ".npmrc", ".env"];
    const before = statement(await it.repin());
    for (const name of names) await it.write(name, "{}");
    const locked = await it.repin();
    for (const name of names) {
      assert.match(locked.beside?.[`./echo/mine/${name}`] ?? "", /^sha256-/, name);
    }
    assert.deepEqual(statement(locked), before, "an author's signature holds wherever it lies");
    for (const name of names) {
      await it.write(name, '{ "imports": { "./mod.ts": "./evil.ts" } }');
      await using loader = it.loader();
      await assert.rejects(
        () => loader.load("echo/mine"),
        /it differs from the approved file/,
        name,
      );
      await it.write(name, "{}");
    }
  },
});

Deno.test("a lock that this process was not granted to read is not said to be broken", {
  permissions: { read: [] },
}, async () => {
  const reading = readLock(new URL("file:///etc/ha/plugins/plugins.lock.json"));
  await assert.rejects(reading, (error) => {
    assert.match(String(error), /has no permission/);
    assert.doesNotMatch(String(error), /trust|backup/);
    return true;
  });
});

Deno.test({
  name:
    "what version control keeps in a plugin's folder is pinned and not signed, history is no code",
  permissions,
  async fn() {
    await using it = await installed();
    const before = statement(await it.repin());
    const shell = (script: string) =>
      new Deno.Command("/bin/sh", { args: ["-ec", script], cwd: filePath(it.folder) }).output();
    // Far more than a plugin may have of its own.
    await shell(`mkdir -p .git/hooks .git/objects/pack .idea; printf true >.git/hooks/pre-commit
      chmod +x .git/hooks/pre-commit; echo '{}' >.idea/run.json
      cd .git/objects; i=0; while [ $i -lt 15 ]; do mkdir $i; (cd $i; seq 100 | xargs touch); i=$((i+1)); done`);
    const locked = await it.repin();
    assert.deepEqual(Object.keys(locked.beside ?? {}), [
      "./echo/mine/.git/hooks/pre-commit",
      "./echo/mine/.idea/run.json",
    ]);
    assert.deepEqual(statement(locked), before, "they do not travel with the plugin");
    const load = async () => {
      await using loader = it.loader();
      await loader.load("echo/mine");
    };
    await load();
    await shell("echo false >.git/hooks/pre-commit");
    await assert.rejects(load, /pre-commit: it differs from the approved file/);
    await shell("printf true >.git/hooks/pre-commit; echo x >.git/objects/1/more");
    await load();
    await assert.rejects(
      () => codeIn(it.folder, { files: 1_000, history: 1_500 }),
      /more than 1500 files in .* that version control keeps \[HA\d{4}\]\. Fix: /,
    );
  },
});

Deno.test({
  name: "a plugin cannot import or read what lies beside its code, in whatever folder",
  permissions,
  async fn() {
    await using it = await installed(`export default () => ({
  say: async (path: string) => {
    const url = new URL(path, import.meta.url);
    return (await Promise.all([import(url.href), import(path), Deno.readTextFile(url)].map(
      (tried) => tried.then(() => "LOOT", String)
    ))).join("; ");
  },
  bytes: () => 0, fail: () => 0, tell: () => 0, misbehave: () => 0,
});
`);
    const paths = ["./.git/x.ts", "./.vscode/x.js", "./other.ts"];
    for (const path of paths) {
      await Deno.mkdir(new URL(".", new URL(path, it.folder)), { recursive: true });
      await it.write(path, "export default 1;");
    }
    await it.repin(); // somebody has consented to them as files that lie there
    await using loader = it.loader();
    const { api } = await loader.load<Say>("echo/mine");
    for (const path of paths) {
      const said = await api.say(path);
      assert.equal(said.match(/not in the lock/g)?.length, 2, said);
      assert.match(said, /NotCapable/);
      assert.doesNotMatch(said, /LOOT/);
    }
  },
});

Deno.test({
  name: "a lock cannot say of what lies outside of the project that it comes with it",
  permissions,
  async fn() {
    await using it = await installed();
    await it.repin(() => ({ at: "/srv/evil/echo/mine/", shipped: true, isolation: "inline" }));
    await using loader = it.loader();
    await assert.rejects(
      () => loader.load("echo/mine"),
      /"echo\/mine" is marked as part of the project: it lies in \/srv\/evil\/echo\/mine, not in/,
    );
  },
});

Deno.test({
  name: "a policy with a slip in it is refused with its place, not read as more than was meant",
  permissions,
  async fn() {
    await using it = await installed();
    await it.repin();
    const load = async (policy: unknown) => {
      await Deno.writeTextFile(new URL("plugins.policy.json", it.lock), JSON.stringify(policy));
      await using loader = it.loader();
      await loader.load("echo/mine");
    };
    await load({ allow: { "*": { net: ["*", "10.0.9.0/24"], read: ["/etc/ha"] } } });
    const table: readonly (readonly [unknown, RegExp])[] = [
      [
        { allow: { "*": { net: ["10.0.9.0/"] } } },
        /"10\.0\.9\.0\/" is not a permission of kind net/,
      ],
      [{ allow: { "*": { net: ["10.0.9.0/33"] } } }, /is not a permission of kind net/],
      [{ allow: { "*": { read: ["/"] } } }, /"\/" is not a permission of kind read/],
      [{ allow: { "*": { read: ["/etc/ha/"] } } }, /is not a permission of kind read/],
      [{ allow: { "*": { run: ["sh"] } } }, /is not a permission of kind run/],
      [{ allow: { "echo": {} } }, /allow/],
      [{ allow: { "*": { reed: [] } } }, /reed/],
      [{ alow: {} }, /alow/],
      [{ signatures: { required: "yes", keys: {} } }, /required/],
      [[], /object/],
    ];
    for (const [policy, why] of table) {
      await assert.rejects(() => load(policy), why, JSON.stringify(policy));
      await assert.rejects(() => load(policy), /plugins\.policy\.json.*Fix: write it as/s);
    }
  },
});

Deno.test({
  name:
    "a script that takes the name of a package's module imports nothing that the lock does not name",
  permissions,
  async fn() {
    await using it = await installed(`import vm from "node:vm";
export default () => ({
  say: async (specifier: string) => {
    const script = new vm.Script(\`import(\${JSON.stringify(specifier)})\`, {
      filename: "file:///cache/npm/registry/zod/1.0.0/index.js",
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    return await script.runInThisContext().then(() => "LOOT", String);
  },
  bytes: () => 0, fail: () => 0, tell: () => 0, misbehave: () => 0,
});
`);
    await it.repin();
    await using loader = it.loader();
    const { api } = await loader.load<Say>("echo/mine");
    for (
      const specifier of ["data:text/javascript,1", "npm:zod@4.6.7", "file:///etc/x.js", "Npm:zod"]
    ) {
      assert.match(await api.say(specifier), /not in the lock/, specifier);
    }
  },
});
