/**
 * Frames signed in odd ways: heartbeat's verdict, as captured, beside ours. Where they differ the
 * original has a hole, and the difference is named here.
 *
 * The captures lie beside the project, not in it: without them, or without the right to read them,
 * this test is skipped.
 *
 * @module
 */
import assert from "node:assert/strict";
import crc from "../../plugins/auth/crc/mod.ts";
import md5 from "../../plugins/auth/md5/mod.ts";
import sha1 from "../../plugins/auth/sha1/mod.ts";
import bz2 from "../../plugins/compression/bz2/mod.ts";
import zlib from "../../plugins/compression/zlib/mod.ts";
import ha from "../../plugins/encoding/ha/mod.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import { type AuthEntry, readAuthkeys } from "./authkeys.ts";
import { openPacket } from "./codecs.ts";

const folder = new URL("../../../shared/wire/", import.meta.url);
const host = { emit: () => {}, log: () => {} };

interface Verdict {
  readonly name: string;
  readonly authkeys: string;
  readonly heartbeat: "accepted" | "rejected";
  readonly hex: string;
}

/** What we say of a file of keys that we refuse at all. */
const refusedFile = "file refused";

/** Ours, where it is another than heartbeat's, and why. */
const differences: Readonly<Record<string, string>> = {
  // A frame signed with the old key by its own entry: heartbeat checks it with the current key.
  roll_same_method: "accepted",
  // Signed with the current key, but naming the old entry: heartbeat takes it.
  roll_quirk: "rejected",
  // An entry without a key beside keyed ones: anybody could sign.
  roll_crc: refusedFile,
  roll_unknown: refusedFile,
  roll_crc_only: refusedFile,
};

Deno.test({ name: "heartbeat's verdicts and ours", ignore: !present() }, async () => {
  const verdicts: Verdict[] = JSON.parse(Deno.readTextFileSync(new URL("verdicts.json", folder)));
  const encoding = await ha({ framing: "netstring" }, host);
  for (const { name, authkeys, heartbeat, hex } of verdicts) {
    const wanted = differences[name] ?? heartbeat;
    const read = readAuthkeys(authkeys, 0o600);
    if (!read.ok) {
      assert.equal(refusedFile, wanted, name);
      continue;
    }
    const entries = new Map<number, Auth>();
    for (const entry of read.value.entries) entries.set(entry.authnum, await authOf(entry));
    const opened = openPacket(
      { encoding, keys: { entries, current: read.value.current }, compressions: new Map() },
      Uint8Array.fromHex(hex),
    );
    assert.equal(opened.ok ? "accepted" : "rejected", wanted, name);
  }
  const names = new Set(verdicts.map(({ name }) => name));
  assert.ok(
    ["roll_cur", "roll_same_method", "roll_quirk", "roll_crc"].every((name) => names.has(name)),
  );
});

interface Vector {
  readonly file: string;
  readonly medium: string;
  readonly method: string;
  readonly key: string;
  readonly authnum: number;
}

Deno.test({ name: "a changed bit anywhere is refused", ignore: !present() }, async () => {
  const vectors: Vector[] = JSON.parse(Deno.readTextFileSync(new URL("vectors.json", folder)));
  const encoding = await ha({ framing: "netstring" }, host);
  const compressions = new Map([["bz2", await bz2({}, host)], [
    "zlib",
    await zlib({ level: 6 }, host),
  ]]);
  let tried = 0;
  for (const [number, { file, method, key, authnum }] of vectors.entries()) {
    const packet = Deno.readFileSync(new URL(`samples/${file}`, folder));
    const entries = new Map([[authnum, await authOf({ authnum, method, key })]]);
    const codecs = { encoding, keys: { entries, current: authnum }, compressions };
    assert.ok(openPacket(codecs, packet).ok, file);
    // Every byte of every vector, each time another bit; of large ones a part.
    const step = Math.max(1, Math.floor(packet.length / 400));
    const meaningless = packet.at(-1) === 0 ? packet.length - 1 : packet.length;
    for (let at = number % step; at < meaningless; at += step) {
      const changed = packet.slice();
      changed[at]! ^= 1 << ((at + number) % 8);
      const opened = openPacket(codecs, changed);
      assert.ok(!opened.ok, `${file}, byte ${at}`);
      tried++;
    }
  }
  assert.ok(tried > 30_000, `${tried} tried`);
});

async function authOf({ method, key = "" }: AuthEntry): Promise<Auth> {
  switch (method) {
    case "crc":
      return await crc({}, host);
    case "md5":
      return await md5({ key }, host);
    default:
      return await sha1({ key }, host);
  }
}

function present(): boolean {
  try {
    return Deno.permissions.querySync({ name: "read", path: folder }).state === "granted" &&
      Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
}
