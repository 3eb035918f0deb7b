import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { readNodeConfig } from "../site/node_config/read.ts";
import { Accepted, live } from "./accepted.ts";
import { nodeFields } from "../site/node_config/fields.ts";

const scratch = filePath(new URL("../../.test", import.meta.url));
const permissions = { read: [scratch], write: [scratch], run: ["/bin/sh"] };

/** A node's files, and what it runs with. */
async function stage() {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "accepted_" });
  const raw: Record<string, unknown> = {
    cluster: "c",
    node: "alice",
    nodes: ["alice"],
    state: "/nowhere/state",
    run: folder,
    authkeys: `${folder}/authkeys`,
    media: [{ plugin: "medium/ucast", address: "127.0.0.1", peers: [{ address: "127.0.0.2" }] }],
  };
  const file = `${folder}/operator.json`;
  const text = JSON.stringify(raw);
  const checked = readNodeConfig(text);
  assert(checked.ok);
  const accepted = new Accepted(file, text, checked.value);
  await accepted.save();
  return {
    raw,
    accepted,
    write: (text: string) => Deno.writeTextFile(file, text),
    copy: async () => JSON.parse(await Deno.readTextFile(`${folder}/node.json`)),
    mode: async () => ((await Deno.stat(`${folder}/node.json`)).mode ?? 0) & 0o777,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("the copy is what was read, for its owner alone", { permissions }, async () => {
  await using it = await stage();
  assert.deepEqual(await it.copy(), it.raw);
  assert.equal(await it.mode(), 0o600);
});

Deno.test(
  "what can change takes effect, what cannot waits, each under its name",
  { permissions },
  async () => {
    await using it = await stage();
    const plugins = "/srv/plugins";
    await it.write(JSON.stringify({ ...it.raw, operationsAtOnce: 3, plugins, keepaliveMs: 500 }));
    assert.deepEqual(await it.accepted.reread(), {
      type: "read",
      changed: ["operationsAtOnce", "plugins"],
      restart: ["lrmd", "stonithd"],
      waiting: ["keepaliveMs"],
    });
    assert.deepEqual(await it.copy(), { ...it.raw, operationsAtOnce: 3, plugins });
    assert.equal(it.accepted.config.operationsAtOnce, 3);
    assert.equal(it.accepted.config.keepaliveMs, 1_000);
    // A second time only what still waits is left.
    assert.deepEqual(await it.accepted.reread(), {
      type: "read",
      changed: [],
      restart: [],
      waiting: ["keepaliveMs"],
    });
  },
);

Deno.test("a field that is taken out has its default again", { permissions }, async () => {
  await using it = await stage();
  await it.write(JSON.stringify({ ...it.raw, operationsAtOnce: 3 }));
  await it.accepted.reread();
  await it.write(JSON.stringify(it.raw));
  const read = await it.accepted.reread();
  assert.deepEqual([read.type, it.accepted.config.operationsAtOnce], ["read", undefined]);
  assert.deepEqual(await it.copy(), it.raw);
});

for (
  const [what, text, problem] of [
    ["is no JSON", "{", /not JSON/],
    ["lacks everything", "{}", /cluster/],
    ["is not there", undefined, /Cannot read ".*operator\.json"/],
  ] as const
) {
  Deno.test(`a file that ${what} changes nothing`, { permissions }, async () => {
    await using it = await stage();
    if (text !== undefined) await it.write(text);
    const read = await it.accepted.reread();
    assert(read.type === "refused");
    assert.match(read.problems.join("\n"), problem);
    assert.deepEqual(await it.copy(), it.raw);
  });
}

Deno.test("fields that take effect in a running node are fields", () => {
  const names: readonly string[] = nodeFields.map(({ fieldname }) => fieldname);
  for (const name of live.keys()) assert(names.includes(name), name);
});
