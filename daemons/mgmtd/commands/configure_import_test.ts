import assert from "node:assert/strict";
import { resolve } from "node:path";
import { readNodeConfig } from "../../site/node_config/read.ts";
import { configureImport } from "./configure_import.ts";
import { ran } from "./testing/ran.ts";

const project = resolve(import.meta.dirname ?? "", "../../..");
const folder = `${project}/.test/import_${Deno.pid}`;
const where = { project, here: folder, deno: "/bin/deno" };

/** Imports this text as `ha.cf`, with these keys beside it. */
async function imported(haCf: string, authkeys = "auth 1\n1 sha1 secretword\n", mode = 0o600) {
  const words = ["configure", "import", "ha.cf", "--interface=eth0=10.0.0.1/24"];
  await Deno.mkdir(folder, { recursive: true });
  try {
    await Deno.writeTextFile(`${folder}/ha.cf`, haCf);
    await Deno.writeTextFile(`${folder}/authkeys`, authkeys);
    await Deno.chmod(`${folder}/authkeys`, mode);
    return await ran([configureImport], words, where);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const good = "node Alice bob\nucast eth0 10.0.0.2\nserial /dev/ttyS0\nping 10.0.0.254\n";

Deno.test("what is imported is a node configuration that heartbeat starts with", async () => {
  const { code, out, err } = await imported(good);
  assert.deepEqual([code, err], [0, ""]);
  const read = readNodeConfig(out);
  assert.ok(read.ok);
  assert.deepEqual(read.value.nodes, ["alice", "bob"]);
  assert.equal(read.value.node, "alice");
  assert.equal(read.value.authkeys, `${folder}/authkeys`);
});

Deno.test("what messages are packed with, and from what size on, is imported", async () => {
  const packing = async (lines: string) => {
    const read = readNodeConfig((await imported(good + lines)).out);
    assert.ok(read.ok);
    return [read.value.packing, read.value.packFromBytes];
  };
  assert.deepEqual(await packing(""), ["zstd", 2048]);
  assert.deepEqual(await packing("compression bz2\ncompression_threshold 16\n"), ["bz2", 16384]);
});

Deno.test("the watchdog is imported, and what its plugin would refuse is told", async () => {
  const { code, out, err } = await imported(`${good}watchdog /dev/watchdog0\ndeadtime 5\n`);
  assert.deepEqual([code, err], [0, ""]);
  const read = readNodeConfig(out);
  assert.deepEqual(read.ok && read.value.watchdog, {
    plugin: "watchdog/device",
    device: "/dev/watchdog0",
    timeoutMs: 5_000,
  });
  const wrong = await imported(`${good}watchdog /etc/passwd\n`);
  assert.deepEqual([wrong.code, wrong.out], [78, ""]);
  assert.match(wrong.err, /^watchdog\.device: /);
});

Deno.test("what a plugin of a link would refuse at the start is told by the import", async () => {
  const { code, out, err } = await imported(`${good}serial ttyS1\nbaud 2400\n`);
  assert.deepEqual([code, out], [78, ""]);
  assert.match(err, /^media\[2\]\.device: "ttyS1"/);
});

Deno.test("keys that cannot be used are told too, and nothing is printed", async () => {
  const { code, out, err } = await imported(good, "auth 1\n1 sha1 secretword\n2 crc\n", 0o644);
  assert.deepEqual([code, out], [78, ""]);
  assert.match(err, /mode of the file is 0644[^]*entry 2 needs no key/);
});
