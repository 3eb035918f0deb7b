import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { pathText } from "../../../metadata/diagnostic.ts";
import type { Call, Command, Io } from "../command.ts";
import { configCheck, configForm, configShow } from "../commands/node/config.ts";
import { permissions, project } from "../commands/testing/site.ts";
import { examples } from "../../site/node_config/examples.ts";
import { examine } from "./examine.ts";
import { asked, schemaOf } from "./form.ts";
import { withValues } from "./set.ts";

const plugins = filePath(new URL("../../../plugins/", import.meta.url));
const read = { permissions: { read: [plugins] } };
const good = examples[0]?.config ?? {};

Deno.test(
  "all mistakes of fields and of plugins' parameters are reported at once",
  read,
  async () => {
    const { config, diagnostics } = await examine(JSON.stringify({
      ...good,
      node: 7,
      deadtimeMs: "soon",
      deadtimMs: 1,
      media: [{ plugin: "medium/ucast", adress: "192.0.2.1", peers: [] }, {
        plugin: "medium/none",
      }],
    }));
    assert.equal(config, undefined);
    const paths = diagnostics.map(({ path }) => pathText(path));
    for (const path of ["node", "deadtimeMs", "deadtimMs", "media[0].adress", "media[1].plugin"]) {
      assert.ok(paths.includes(path), `${path} is not among ${paths.join(", ")}`);
    }
    for (const { fix, code } of diagnostics) assert.ok(fix !== undefined && code !== undefined);
  },
);

Deno.test(
  "each example of the reference is taken with the parameters of its plugins",
  read,
  async () => {
    for (const { config } of examples) {
      const examined = await examine(JSON.stringify(config));
      assert.deepEqual(examined.diagnostics, []);
      assert.ok(examined.config !== undefined);
    }
  },
);

Deno.test("values are set by name, all or none", () => {
  const set = (...settings: readonly string[]) =>
    withValues({ a: 1, media: [{ plugin: "medium/ucast", port: 1 }] }, settings);
  assert.deepEqual(set("deadtimeMs=5000", "media[0].address=::1", "node=12", "nodes=a, b"), {
    values: {
      a: 1,
      media: [{ plugin: "medium/ucast", port: 1, address: "::1" }],
      deadtimeMs: 5000,
      node: "12",
      nodes: ["a", "b"],
    },
  });
  assert.deepEqual(set("media[0].port=", "media[0].peers[0].address=::2"), {
    values: { a: 1, media: [{ plugin: "medium/ucast", peers: [{ address: "::2" }] }] },
  });
  const refused = set(
    "deadtimMs=1",
    "media[7].port=1",
    "media.port=1",
    "=1",
    "__proto__.x=1",
    "loglevel=debug",
  );
  assert.ok("wrong" in refused);
  assert.equal(refused.wrong.length, 5);
  assert.match(refused.wrong[0] ?? "", /Did you mean "?deadtimeMs"?/);
  assert.ok(!("x" in {}));
});

Deno.test("the schema lets entries have the parameters of their plugins", () => {
  const text = JSON.stringify(schemaOf());
  assert.match(text, /"additionalProperties":true/);
  assert.match(text, /"deadtimeMs"/);
});

Deno.test("a form keeps parameters of plugins, and writes no default that nobody chose", async () => {
  const before = {
    ...good,
    media: [{
      plugin: "medium/ucast",
      address: "192.0.2.1",
      interface: "eth0",
      peers: [{ address: "192.0.2.2", port: 694 }],
    }],
    watchdog: { plugin: "watchdog/device", timeoutMs: 10_000 },
  };
  const io: Io = { out() {}, err() {}, ask: () => "", secret: () => Promise.resolve("") };
  assert.deepEqual(await asked(before, io), { values: before });
});

Deno.test("check, show and form of a file", { permissions }, async () => {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const here = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "config_" });
  try {
    const file = `${here}/node.json`;
    const call = async (command: Command, options: Call["options"] = {}) => {
      let [out, err] = ["", ""];
      const text = (said: string | readonly string[]) => [said].flat().join("\n");
      const io: Io = {
        out: (said) => void (out += text(said)),
        err: (said) => void (err += text(said)),
        ask: () => undefined,
      };
      const code = await command.run({ options, positionals: ["node.json"] }, io, {
        project,
        here,
        deno: Deno.execPath(),
      });
      return { code, out, err };
    };
    assert.equal((await call(configCheck)).code, 65);
    assert.equal((await call(configForm)).code, 77);
    await Deno.writeTextFile(file, JSON.stringify(good));
    assert.equal((await call(configCheck)).code, 0);
    const shown = await call(configShow);
    assert.match(shown.out, /^node = "alice" \(file\)$/m);
    assert.match(shown.out, /^deadtimeMs = 10000 \(default\)$/m);
    assert.match(shown.out, /^media\[0\]\.port = 694 \(default\)$/m);
    assert.match(shown.out, /^warntimeMs: not set$/m);
    const bad = await call(configForm, { set: ["keepaliveMs=500", "deadtimeMs=1000"] });
    assert.equal(bad.code, 78);
    assert.match(bad.err, /deadtimeMs.*Fix: /);
    assert.equal(await Deno.readTextFile(file), JSON.stringify(good), "nothing was written");
    const written = await call(configForm, { set: ["keepaliveMs=500", "deadtimeMs=4000"] });
    assert.equal(written.code, 0, written.err);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(file)), {
      ...good,
      keepaliveMs: 500,
      deadtimeMs: 4000,
    });
  } finally {
    await Deno.remove(here, { recursive: true });
  }
});
