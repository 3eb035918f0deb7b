/**
 * Every captured packet of heartbeat 3.0.6 decodes and encodes bit for bit. The captures lie beside
 * the project, not in it: without them, or without the right to read them, this test is skipped.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { WireField, WireMessage } from "../../handler/encoding/contract.ts";
import plugin from "./mod.ts";

const host = { emit: () => {}, log: () => {} };
const folder = new URL("../../../../shared/wire/", import.meta.url);

interface Vector {
  readonly file: string;
  readonly framing: "netstring" | "classic";
  readonly authnum: number;
  readonly fields: readonly VectorField[];
}
type VectorField = readonly [number, string, unknown, unknown?];

Deno.test({
  name: "captured packets decode and encode bit for bit",
  ignore: !present(),
  async fn() {
    const vectors: Vector[] = JSON.parse(Deno.readTextFileSync(new URL("vectors.json", folder)));
    for (const { file, framing, authnum, fields } of vectors) {
      const packet = Deno.readFileSync(new URL(`samples/${file}`, folder));
      const encoding = await plugin({ framing }, host);
      const envelope = encoding.open(packet);
      assert.ok(envelope, file);
      assert.equal(envelope.authnum, authnum, file);
      const wanted = fields.map(fieldOf);
      assert.deepEqual(encoding.decode(envelope.frame), { ok: true, message: wanted }, file);
      const unsigned = framing === "classic"
        ? wanted.filter(({ name }) => name !== "auth")
        : wanted;
      const again = encoding.seal(encoding.encode(unsigned), authnum, envelope.mac);
      const ending = packet[packet.length - 1] === 0 ? Uint8Array.of(...again, 0) : again;
      assert.deepEqual(ending, packet, file);
    }
  },
});

function present(): boolean {
  try {
    return Deno.permissions.querySync({ name: "read", path: folder }).state === "granted" &&
      Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
}

function fieldOf([type, name, value]: VectorField): WireField {
  switch (type) {
    case 0:
      return { type: "string", name, value: String(value) };
    case 1:
      return { type: "binary", name, value: Uint8Array.fromHex(String(value)) };
    case 2:
      return { type: "struct", name, value: messageOf(value) };
    case 3:
      return { type: "list", name, value: texts(value) };
    case 4:
      return { type: "packed", name, value: Uint8Array.fromHex(String(value)) };
    default:
      throw new Error(`type ${type}`);
  }
}

const messageOf = (value: unknown): WireMessage => Array.isArray(value) ? value.map(fieldOf) : [];
const texts = (value: unknown): string[] => Array.isArray(value) ? value.map(String) : [];
