import assert from "node:assert/strict";
import { resolve } from "node:path";
import { ran } from "./testing/ran.ts";
import { wireCheck, wireDecode } from "./wire.ts";

const project = resolve(import.meta.dirname ?? "", "../../..");
const folder = `${project}/.test/wire_${Deno.pid}`;
const where = { project, here: folder, deno: "/bin/deno" };
const commands = [wireCheck, wireDecode];

const ha = (...words: readonly string[]) => ran(commands, ["wire", ...words], where);

const signed = "###\n8:(0)t=abc,%%%\n10:2 9babd6af,";

Deno.test("packets are looked at with keys that a cluster would refuse, with a warning", async () => {
  await Deno.mkdir(folder, { recursive: true });
  try {
    await Deno.writeTextFile(`${folder}/keys`, "auth 1\n1 sha1 secret\n2 crc\n");
    await Deno.writeTextFile(`${folder}/packet`, signed);
    const hex = new TextEncoder().encode(signed).toHex();
    await Deno.writeTextFile(`${folder}/vectors.json`, JSON.stringify([{ hex }]));
    const decoded = await ha("decode", "--authkeys", "keys", "packet");
    assert.match(decoded.err, /entry 2 needs no key/);
    assert.match(decoded.out, /signature by key 2: right\n {2}t = abc/);
    assert.equal(decoded.code, 0);
    const checked = await ha("check", "--authkeys", "keys", "vectors.json");
    assert.deepEqual([checked.code, checked.out], [0, "1 of 1 equal\n"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
