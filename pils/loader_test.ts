import assert from "node:assert/strict";
import { killGroup, spawnDeno } from "./child.ts";
import { createLoader, type LoaderOptions } from "./loader.ts";
import type { Found } from "./found.ts";
import type { PluginFault } from "./loader_types.ts";
import type { Isolation } from "./manifest.ts";
import type { Field } from "../metadata/field.ts";
import type { Limits } from "./running.ts";
import { inFolder } from "./testdata/in_folder.ts";
import type { Echo } from "./testdata/plugins/handler/echo/contract.ts";

const root = new URL("./testdata/plugins/", import.meta.url);
const folder = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const read = [`${folder}/pils`, `${folder}/metadata`];

/** An isolated plugin's methods, all of which answer later. */
type Remote<A> = {
  readonly [M in keyof A]-?: Required<A>[M] extends (...p: infer P) => infer R
    ? (...p: P) => Promise<Awaited<R>>
    : never;
};

/** What each level needs of the daemon. */
const levels: readonly { isolation: Isolation; permissions: Deno.PermissionOptions }[] = [
  { isolation: "inline", permissions: { read } },
  { isolation: "worker", permissions: { read } },
  { isolation: "process", permissions: { read, run: [Deno.execPath(), "/bin/sh"] } },
];

/** Quick bounds, so that faults are seen soon. */
const quick: Partial<Limits> = {
  loadMs: 60_000, // the first worker of a test run has its types checked
  pingMs: 100,
  pingsMissedMax: 5,
  restartDelayMs: 10,
  closeMs: 1_000,
  restartsMax: 2,
};

function loaderWith(options: Partial<LoaderOptions> = {}) {
  const log: string[] = [];
  const loader = createLoader({
    find: inFolder(root),
    denoPath: Deno.execPath(),
    limits: quick,
    log: (level, text, plugin) => log.push(`${plugin} ${level} ${text}`),
    ...options,
  });
  return { loader, log };
}

/** Waits until `seen`, five seconds at most. */
async function until(seen: () => boolean, what: string): Promise<void> {
  for (let ms = 0; !seen(); ms += 10) {
    assert(ms < 5_000, `not within 5 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

for (const { isolation, permissions } of levels) {
  Deno.test({
    name: `${isolation}: the same plugin answers, fails, emits and closes alike`,
    permissions,
    async fn() {
      const { loader, log } = loaderWith();
      const events: unknown[] = [];
      {
        await using echo = await loader.load<Remote<Echo>>("echo/plain", {
          config: { prefix: "> " },
          isolation,
          onEmit: (event) => events.push(event),
        });
        assert.equal(echo.isolation, isolation);
        assert.equal(await echo.api.say("hello"), "> hello");
        assert.deepEqual(
          new Uint8Array(await echo.api.bytes(new Uint8Array([1, 2, 3]))),
          new Uint8Array([3, 2, 1]),
        );
        await assert.rejects(async () => await echo.api.fail("no"), {
          name: "RangeError",
          message: "> no",
        });
        assert.equal(await echo.api.tell(2), 2);
        assert.deepEqual(events, [
          { at: 0, bytes: new Uint8Array([0]) },
          { at: 1, bytes: new Uint8Array([1]) },
        ]);
        assert.equal(echo.api.extra, undefined);
        const [handler] = loader.tree();
        assert.equal(handler?.id, "handler/echo");
        assert.equal(handler?.children[0]?.isolation, isolation);
      }
      assert(log.includes("echo/plain info closing"), log.join("\n"));
      assert.deepEqual(loader.tree(), []);
    },
  });
}

Deno.test({
  name: "inline: synchronous methods stay synchronous",
  permissions: { read },
  async fn() {
    await using loader = loaderWith().loader;
    const echo = await loader.load<Echo>("echo/plain");
    assert.equal(echo.api.say("now"), "> now");
  },
});

Deno.test({
  name: "equal instances are one, others are not; the last user closes",
  permissions: { read },
  async fn() {
    const { loader, log } = loaderWith();
    const from = performance.now();
    const [first, second] = await Promise.all([
      loader.load<Echo>("echo/plain"),
      loader.load<Echo>("echo/plain", { config: { prefix: "> " } }), // the default
    ]);
    const other = await loader.load<Echo>("echo/plain", { config: { prefix: "!" } });
    assert.equal(first.api, second.api);
    assert.notEqual(first.api, other.api);
    const references = () => loader.tree()[0]?.children.map((child) => child.references);
    assert.deepEqual(references(), [2, 1]);
    const tookMs = performance.now() - from;
    for (const { loadMs } of loader.tree()[0]?.children ?? []) {
      assert.ok(loadMs > 0 && loadMs <= tookMs, `${loadMs} of ${tookMs} ms`);
    }
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose](); // once is enough, twice does no harm
    assert.deepEqual(references(), [1, 1]);
    assert.equal(log.length, 0);
    await second[Symbol.asyncDispose]();
    assert.deepEqual(references(), [1]);
    await other[Symbol.asyncDispose]();
    assert.deepEqual(loader.tree(), []);
    const again = await loader.load<Echo>("echo/plain");
    assert.equal(again.api.say("back"), "> back");
    await loader.close();
    await assert.rejects(() => loader.load("echo/plain"), /the loader is closed/);
  },
});

Deno.test({
  name: "a load at the very moment of the last release gives what runs",
  permissions: { read },
  async fn() {
    const ids = ["echo/plain", "handler/echo"];
    const found = new Map<string, Found>();
    for (const id of ids) found.set(id, await inFolder(root)(id));
    const find = (id: string) => Promise.resolve(found.get(id) ?? assert.fail(id));
    for (let steps = 0; steps < 40; steps++) {
      const { loader, log } = loaderWith({ find });
      const first = await loader.load<Echo>("echo/plain");
      const loading = loader.load<Echo>("echo/plain");
      for (let step = 0; step < steps; step++) await undefined;
      await first[Symbol.asyncDispose]();
      const second = await loading;
      assert.equal(loader.tree()[0]?.children[0]?.references, 1, `after ${steps} steps`);
      await second[Symbol.asyncDispose]();
      const closed = log.filter((line) => line.endsWith("closing")).length;
      assert.equal(closed, first.api === second.api ? 1 : 2);
      await loader.close();
    }
  },
});

Deno.test({
  name: "what is still being looked for when the loader closes is not loaded any more",
  permissions: { read },
  async fn() {
    const { loader } = loaderWith();
    const loading = ["handler/echo", "echo/plain"].map((id) => loader.load(id));
    const ends = Promise.allSettled(loading);
    await loader.close();
    for (const end of await ends) {
      assert.match(end.status === "rejected" ? end.reason.message : "loaded", /loader is closed/);
    }
    assert.deepEqual(loader.tree(), []);
  },
});

Deno.test({
  name: "what cannot be loaded is refused with all reasons and the fix",
  permissions: { read },
  async fn() {
    await using loader = loaderWith().loader;
    const refused = async (id: string, config: unknown, ...parts: RegExp[]) => {
      const error = await loader.load(id, { config }).then(() => undefined, (error) => error);
      for (const part of parts) assert.match(String(error), part);
    };
    await refused("orphan/lost", {}, /no handler works for kind "orphan"/);
    await refused("echo/newer", {}, /written for echo\/3.*serves up to echo\/2/);
    await refused("echo/half", {}, /lacks the method bytes, fail, tell, misbehave/);
    await refused("echo/plain", { port: "many", prefx: "" }, /config\.port/, /config.*prefix/);
    await refused("echo/broken", {}, /name: /, /version: /, /summary/, /basictype/, /permissions/);
    assert.deepEqual(loader.tree(), []);
  },
});

Deno.test({
  name: "an instance is granted its own device, and nothing else",
  permissions: { read, net: ["127.0.0.1:6230"], run: [Deno.execPath(), "/bin/sh"] },
  async fn() {
    await using loader = loaderWith().loader;
    const config = { address: "127.0.0.1", port: 6230, keyfile: `${folder}/pils/README.md` };
    for (const isolation of ["worker", "process"] as const) {
      const { api, permissions } = await loader.load<Remote<Echo>>("echo/asks", {
        config,
        isolation,
      });
      assert.deepEqual(permissions, { net: ["127.0.0.1:6230"], read: [config.keyfile] });
      assert.equal(await api.say("own"), "true");
      assert.equal(await api.say("other"), "false");
      assert.equal(await api.say("keyfile"), "true");
      assert.equal(await api.say("code"), "false", "the right to read code is given back");
    }
  },
});

Deno.test({
  name: "a value of a worker that is not plain data fails its call, and ends nothing",
  permissions: { read },
  async fn() {
    const { loader, log } = loaderWith();
    await using _ = loader;
    const { api } = await loader.load<Remote<Echo>>("echo/plain", {
      config: { prefix: "p" },
      isolation: "worker",
    });
    for (
      const [how, why] of [["circle", /64 deep/], ["depth", /64 deep/], [
        "map",
        /\[object Map\]/,
      ]] as const
    ) {
      await assert.rejects(() => api.misbehave(how), why);
    }
    assert.equal(await api.say("on"), "pon");
    assert.deepEqual(log, []);
  },
});

Deno.test({
  name: "the operator's policy refuses with the command that would grant it",
  permissions: { read },
  async fn() {
    const allow = { "echo/*": { net: ["10.0.0.0/8"] } };
    const find = async (id: string) => ({ ...await inFolder(root)(id), allow });
    await using loader = loaderWith({ find }).loader;
    const load = (address: string) => loader.load("echo/asks", { config: { address } });
    await assert.rejects(
      () => load("192.168.1.1"),
      /"echo\/asks" asks net "192\.168\.1\.1:623".*ha plugin trust echo\/asks --allow-net=192/s,
    );
  },
});

Deno.test({
  name: "a level that the daemon does not give is refused",
  permissions: { read },
  async fn() {
    await using loader = createLoader({ find: inFolder(root) });
    await assert.rejects(
      () => loader.load("echo/plain", { isolation: "process" }),
      /must be isolated as "process".*cannot start processes/s,
    );
  },
});

for (const { isolation, permissions } of levels.slice(1)) {
  const load = async (options?: Partial<LoaderOptions>) => {
    const { loader, log } = loaderWith(options);
    const faults: PluginFault[] = [];
    const echo = await loader.load<Remote<Echo>>("echo/plain", {
      isolation,
      onFault: (fault) => faults.push(fault),
    });
    const saw = (what: PluginFault["what"]) => () => faults.some((fault) => fault.what === what);
    return { loader, log, echo, faults, saw };
  };

  Deno.test({
    name:
      `${isolation}: a call that is not answered ends at its deadline, late answers are dropped`,
    permissions,
    async fn() {
      const { loader, echo } = await load();
      await using _ = loader;
      await assert.rejects(
        echo.api.misbehave("never answer"),
        /did not answer "misbehave" within 300 ms/,
      );
      assert.equal(await echo.api.say("still here"), "> still here");
    },
  });

  Deno.test({
    name: `${isolation}: a plugin that throws or exits is restarted, then given up`,
    permissions,
    async fn() {
      const { loader, echo, faults, saw, log } = await load();
      await using _ = loader;
      await echo.api.misbehave("throw later");
      await until(saw("restarted"), "a restart");
      assert(log.some((line) => line.includes("thrown later")), "its last words are in the log");
      assert.equal(await echo.api.say("again"), "> again");
      await echo.api.misbehave("exit").catch(() => {});
      await until(() => faults.filter(({ what }) => what === "restarted").length === 2, "another");
      assert.equal(await echo.api.say("once more"), "> once more");
      await echo.api.misbehave("throw later");
      await until(saw("given up"), "the end");
      await assert.rejects(echo.api.say("gone"), /given up: it was restarted 2 times/);
    },
  });

  Deno.test({
    name: `${isolation}: more calls at once than there may be are refused, the others are answered`,
    permissions,
    async fn() {
      const { loader, echo } = await load({ limits: { ...quick, callsMax: 2 } });
      await using _ = loader;
      const calls = [echo.api.say("1"), echo.api.say("2"), echo.api.say("3")];
      const ends = await Promise.allSettled(calls);
      assert.deepEqual(ends.map(({ status }) => status), ["fulfilled", "fulfilled", "rejected"]);
      await assert.rejects(() => calls[2] ?? Promise.resolve(), /has 2 calls under way/);
    },
  });

  Deno.test({
    name: `${isolation}: a flood of upcalls ends the plugin, chatter is cut`,
    permissions,
    async fn() {
      const { loader, echo, log, saw } = await load({
        limits: { ...quick, pingMs: 500, emitsPerSecondMax: 1_000, logLinesPerSecondMax: 20 },
      });
      await using _ = loader;
      // On a busy machine the lines may come in several windows of ten, and the answer too late.
      await echo.api.misbehave("chatter").catch(() => {});
      const shown = () => log.filter((line) => line.includes("info line")).length;
      const counts = () =>
        log.flatMap((line) => /(\d+) lines of its log were dropped/.exec(line)?.[1] ?? []);
      const dropped = () => counts().reduce((sum, count) => sum + Number(count), 0);
      await until(() => shown() + dropped() === 1_000, "a count of what was dropped");
      assert(shown() <= 10 * (counts().length + 1), `${shown()} lines were shown`);
      await echo.api.misbehave("flood").catch(() => {});
      await until(saw("flooded"), "the flood");
    },
  });
}

Deno.test({
  name: "process: a plugin that loops is ended and restarted",
  permissions: { read, run: [Deno.execPath(), "/bin/sh"] },
  async fn() {
    const { loader } = loaderWith();
    await using _ = loader;
    const faults: PluginFault[] = [];
    const echo = await loader.load<Remote<Echo>>("echo/plain", {
      isolation: "process",
      onFault: (fault) => faults.push(fault),
    });
    await assert.rejects(echo.api.misbehave("loop"), /did not answer|none of 5 pings/);
    await until(() => faults.at(-1)?.what === "restarted", "a restart");
    assert.equal(faults[0]?.what, "hung");
    assert.equal(await echo.api.say("back"), "> back");
  },
});

for (const { isolation, permissions } of levels) {
  Deno.test({
    name: `${isolation}: a plugin that fails to close reports that to its caller`,
    permissions,
    async fn() {
      const { loader } = loaderWith();
      const echo = await loader.load<Remote<Echo & { close(): void }>>("echo/plain", { isolation });
      await echo.api.close();
      await assert.rejects(async () => await echo[Symbol.asyncDispose](), /closed twice/);
      assert.deepEqual(loader.tree(), []);
      await loader.close();
    },
  });
}

for (const { isolation, permissions } of levels) {
  Deno.test({
    name: `${isolation}: a plugin that does not close is named, and the others close nevertheless`,
    permissions,
    async fn() {
      const { loader, log } = loaderWith({ limits: { ...quick, closeMs: 100 } });
      await loader.load<Remote<Echo>>("echo/plain", { isolation });
      await loader.load("echo/stuck", { isolation });
      await assert.rejects(() => loader.close(), /"echo\/stuck" did not close within 100 ms/);
      assert(log.includes("echo/plain info closing"));
      assert.deepEqual(loader.tree(), []);
    },
  });
}

for (const { isolation, permissions } of levels.slice(0, 2)) {
  Deno.test({
    name: `${isolation}: a secret in the error of a start or a close is hidden`,
    permissions,
    async fn() {
      const find = async (id: string): Promise<Found> => {
        const found = await inFolder(root)(id);
        if (id !== "echo/plain") return found;
        const config: readonly Field[] = [
          { fieldname: "password", basictype: "string", secret: true },
          { fieldname: "starts", basictype: "boolean" },
        ];
        const source = `export default ({ password, starts }) => {
          const fail = () => { throw new Error("not with " + password); };
          if (!starts) fail();
          return { say: fail, bytes: fail, fail, tell: fail, misbehave: fail, close: fail };
        };`;
        const entry = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
        return { ...found, manifest: { ...found.manifest, config }, entry };
      };
      const { loader } = loaderWith({ find });
      const load = (starts: boolean) =>
        loader.load("echo/plain", { config: { password: "sesame", starts }, isolation });
      await assert.rejects(() => load(false), { message: /Cannot load .*: not with \*\*\*$/ });
      await load(true);
      await assert.rejects(() => loader.close(), { message: "not with ***" });
    },
  });
}

Deno.test({
  name: "a child is killed even where no shell can be started for it",
  permissions: { read, run: [Deno.execPath(), "/bin/sh"] },
  async fn() {
    const child = spawnDeno(["eval", "await Deno.stdin.readable.cancel(); for (;;);"], {
      denoPath: Deno.execPath(),
    }, 256);
    await Deno.permissions.revoke({ name: "run", command: "/bin/sh" });
    await killGroup(child);
    assert.equal((await child.status).signal, "SIGKILL");
    await Promise.all([child.stdin.abort(), child.stdout.cancel(), child.stderr.cancel()]);
  },
});

Deno.test({
  name: "a handler that does not start is named, a little before its plugin would be late",
  permissions: { read },
  async fn() {
    const find = async (id: string): Promise<Found> => {
      const found = await inFolder(root)(id);
      const entry = new URL("data:text/javascript,export default () => new Promise(() => {})");
      return id === "handler/echo" ? { ...found, entry } : found;
    };
    const { loader } = loaderWith({ find });
    const error = await loader.load("echo/plain", { deadlineMs: 200 }).catch(String);
    const [, ms] =
      /no handler works for kind "echo": .*"handler\/echo" did not start within (\d+) ms/
        .exec(String(error)) ?? [];
    assert.ok(Number(ms) <= 150 && Number(ms) > 50, String(error));
    await loader.close();
  },
});

Deno.test({
  name: "a plugin for which no time is left says so",
  permissions: { read },
  async fn() {
    const { loader } = loaderWith();
    const load = loader.load("echo/plain", { deadlineMs: -6_555 });
    await assert.rejects(load, /Cannot load "echo\/plain": .*no time was left to start it/);
    await loader.close();
  },
});

Deno.test({
  name: "verified sources are all the code that a plugin can load",
  permissions: { read, run: [Deno.execPath(), "/bin/sh"] },
  async fn() {
    const entry = new URL("https://plugins.invalid/mod.ts");
    const find = async (id: string): Promise<Found> => {
      const found = await inFolder(root)(id);
      if (id !== "echo/plain") return found;
      const modules = {
        [entry.href]: `import { twice } from "./twice.ts";
          import { sep } from "node:path";
          const said: Record<string, () => unknown> = {
            twice: () => twice(sep),
            thread: () => new (process.getBuiltinModule("node:worker_threads").Worker)("", { eval: true }),
            hooks: () => process.getBuiltinModule("node:module").registerHooks({}),
          };
          const say = async (what: string) => said[what]?.() ??
            await import(what).then((got) => Object.keys(got).join(), (error) => String(error));
          const none = () => undefined;
          export default () => ({ say, bytes: none, fail: none, tell: none, misbehave: none });`,
        [new URL("twice.ts", entry).href]: "export const twice = (text: string) => text + text;",
      };
      return { ...found, entry, code: [], sources: { modules, packages: [] }, shipped: false };
    };
    await using loader = loaderWith({ find }).loader;
    const { api } = await loader.load<Remote<Echo>>("echo/plain");
    assert.equal(await api.say("twice"), "//");
    assert.equal(await api.say("./twice.ts"), "twice");
    for (const other of ["./other.ts", "npm:zod", "zod", "https://plugins.invalid/other.ts"]) {
      assert.match(await api.say(other), /TypeError: "[^"]+" is not in the lock/, other);
    }
    for (const way of ["node:module", "module", "node:worker_threads"]) {
      assert.match(await api.say(way), /Plugins do not load code by/, way);
    }
    assert.match(await api.say("node:path"), /basename/);
    for (const way of ["thread", "hooks"]) {
      await assert.rejects(
        async () => await api.say(way),
        /not for plugins|not a constructor/,
        way,
      );
    }
  },
});

Deno.test({
  name: "what was started last is closed first, and handlers after their plugins",
  permissions: { read },
  async fn() {
    const source = `export default ({ prefix }, host) => {
      const none = () => {};
      const close = () => host.log("info", "closed " + prefix);
      return { say: none, bytes: none, fail: none, tell: none, misbehave: none, close };
    };`;
    const find = async (id: string): Promise<Found> => {
      const found = await inFolder(root)(id);
      const entry = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
      return id === "echo/plain" ? { ...found, entry } : found;
    };
    const { loader, log } = loaderWith({ find });
    for (const prefix of ["1", "2", "3", "4"]) {
      await loader.load("echo/plain", { config: { prefix } });
    }
    await loader.close();
    assert.deepEqual(log.map((line) => line.slice(-1)), ["4", "3", "2", "1"]);
  },
});
