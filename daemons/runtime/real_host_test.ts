import assert from "node:assert/strict";
import type { HostPlugin, LoadRequest } from "./host.ts";
import { realHost } from "./real_host.ts";
import type { Result } from "./machine.ts";

type Loaded = Parameters<Parameters<ReturnType<typeof realHost>["load"]>[1]>[0];

const request = (change: Partial<LoadRequest> = {}): LoadRequest => ({
  service: "a",
  instance: "one",
  plugin: "ra/x",
  config: { b: 1 },
  onEmit: () => {},
  onFault: () => {},
  ...change,
});
const host = (options: Partial<Parameters<typeof realHost>[0]> = {}) =>
  realHost({ log: () => {}, stores: new Map(), ...options });
const load = (of: ReturnType<typeof host>, change: Partial<LoadRequest> = {}) =>
  new Promise<Loaded>((resolve) => of.load(request(change), resolve));
const call = (plugin: HostPlugin, method: string, ...args: readonly unknown[]) =>
  new Promise<Result>((resolve) => plugin.call(method, args, resolve));
const close = (plugin: HostPlugin) => new Promise((resolve) => plugin.close(resolve));

Deno.test("what is built in is called as it is, and what it throws is an answer", async () => {
  const emitted: unknown[] = [];
  let closed = 0;
  const of = host({
    builtins: {
      children: (emit) => ({
        twice: (value: unknown) => [value, value],
        later: () => Promise.resolve("later"),
        never: () => Promise.reject(new Error("not later")),
        fail: () => {
          throw new Error("not now");
        },
        say: () => emit("said"),
        close: () => void closed++,
      }),
      bare: () => ({}),
    },
  });
  const loaded = await load(of, { plugin: "children", onEmit: (event) => emitted.push(event) });
  assert.ok(loaded.ok);
  const { plugin } = loaded;
  assert.equal(plugin.isolation, "inline");
  let answer: Result | undefined;
  plugin.call("twice", [1], (result) => answer = result);
  assert.deepEqual(answer, { ok: true, value: [1, 1] }, "at once");
  assert.deepEqual(await call(plugin, "later"), { ok: true, value: "later" });
  assert.deepEqual(await call(plugin, "never"), { ok: false, error: "not later" });
  assert.deepEqual(await call(plugin, "fail"), { ok: false, error: "not now" });
  assert.deepEqual(await call(plugin, "none"), { ok: false, error: 'it has no method "none"' });
  await call(plugin, "say");
  assert.deepEqual(emitted, ["said"]);
  assert.equal(await close(plugin), undefined);
  assert.equal(closed, 1);
  const bare = await load(of, { plugin: "bare" });
  assert.ok(bare.ok);
  assert.equal(await close(bare.plugin), undefined);
});

Deno.test("other plugins come from the loader, and without one there are none", async () => {
  const none = await load(host());
  assert.deepEqual(none, { ok: false, error: "this process has no loader" });
  // What every object has is nothing built in.
  assert.equal((await load(host(), { plugin: "constructor" })).ok, false);
  const asked: unknown[] = [];
  const faults: unknown[] = [];
  let isBroken = false;
  const of = host({
    loader: {
      load: <A>(id: string, options?: Parameters<LoaderOf["load"]>[1]) => {
        asked.push([id, options?.config]);
        if (id === "ra/none") return Promise.reject(new Error("no such plugin"));
        options?.onFault?.({ plugin: id, what: "died", why: "it fell" });
        options?.onFault?.({ plugin: id, what: "given up", why: "too often" });
        return Promise.resolve({
          id,
          isolation: "worker" as const,
          permissions: {},
          api: { run: () => "ran" } as A,
          [Symbol.asyncDispose]: () =>
            isBroken ? Promise.reject(new Error("it hangs")) : Promise.resolve(),
        });
      },
      tree: () => [],
      close: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
  });
  assert.deepEqual(await load(of, { plugin: "ra/none" }), { ok: false, error: "no such plugin" });
  const loaded = await load(of, { onFault: (fault) => faults.push(fault) });
  assert.ok(loaded.ok);
  assert.equal(loaded.plugin.isolation, "worker");
  assert.deepEqual(asked, [["ra/none", { b: 1 }], ["ra/x", { b: 1 }]]);
  assert.deepEqual(faults, [
    { why: "died: it fell", givenUp: false },
    { why: "given up: too often", givenUp: true },
  ]);
  assert.deepEqual(await call(loaded.plugin, "run"), { ok: true, value: "ran" });
  assert.equal(await close(loaded.plugin), undefined);
  isBroken = true;
  assert.equal(await close(loaded.plugin), "it hangs");
});

Deno.test("a machine has the store of its service, and a timer that is cancelled does not fire", async () => {
  const written: unknown[] = [];
  const of = host({
    stores: new Map([["a", {
      saved: new Map([["k", Uint8Array.of(1)]]),
      save: (key: string, value?: Uint8Array) => {
        written.push([key, value?.[0]]);
        return key === "bad" ? Promise.reject(new Error("full")) : Promise.resolve();
      },
    }]]),
  });
  assert.equal(of.store("b"), undefined);
  const store = of.store("a");
  assert.deepEqual(store?.saved.get("k"), Uint8Array.of(1));
  const save = (key: string) =>
    new Promise((resolve) => store?.save(key, Uint8Array.of(2), resolve, true));
  assert.equal(await save("good"), undefined);
  assert.match(String(await save("bad")), /full/);
  assert.deepEqual(written, [["good", 2], ["bad", 2]]);
  const fired: string[] = [];
  of.after(1, () => fired.push("cancelled")).cancel();
  await new Promise<void>((resolve) => of.after(2, () => (fired.push("due"), resolve())));
  assert.deepEqual(fired, ["due"]);
  assert.ok(of.seed() !== of.seed() || of.seed() !== of.seed());
  assert.ok(Math.abs(of.wallMs() - Date.now()) < 60_000);
  assert.ok(of.now() <= performance.now());
});

type LoaderOf = NonNullable<Parameters<typeof realHost>[0]["loader"]>;
