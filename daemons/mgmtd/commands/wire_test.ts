import assert from "node:assert/strict";
import { resolve } from "node:path";
import { sealPacket } from "../../heartbeat/doors/packets.ts";
import { openToolbox } from "../wire/toolbox.ts";
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

Deno.test("what a method with secrecy hides is shown to who has the key, and to nobody else", async () => {
  await Deno.mkdir(folder, { recursive: true });
  try {
    await using toolbox = await openToolbox(project);
    const entries = new Map([[1, await toolbox.auth("aes256gcm", "secret")]]);
    const message = [{ type: "string", name: "t", value: "hidden" }] as const;
    const packet = sealPacket({ ...toolbox, keys: { entries, current: 1 } }, message);
    await Deno.writeFile(`${folder}/packet`, packet);
    await Deno.writeTextFile(`${folder}/right`, "auth 1\n1 aes256gcm secret\n");
    await Deno.writeTextFile(`${folder}/wrong`, "auth 1\n1 aes256gcm other\n");
    const right = await ha("decode", "--authkeys", "right", "packet");
    assert.match(right.out, /signature by key 1: right[^]*sealed within:\n {4}t = hidden\n$/);
    const wrong = await ha("decode", "--authkeys", "wrong", "packet");
    assert.match(wrong.out, /signature by key 1: wrong/);
    assert.doesNotMatch(wrong.out, /hidden/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
