/**
 * A CIB that believes its disk: what has been damaged is taken for what was written, as if nobody
 * looked at the digests.
 *
 * @module
 */
import { sha256 } from "../../../daemons/runtime/sha256.ts";
import { wrapping } from "./wrap.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Puts it in the place of the real one. */
export const damagedDiskLoaded = wrapping("cib", () => ({
  before(_state, event) {
    if (event.type !== "start") return event;
    const saved = [...event.saved].map(([key, value]) => [key, stamped(value)] as const);
    return { ...event, saved: new Map(saved) };
  },
}));

/** The same bytes with the digests that they should have, as far as they can still be read. */
function stamped(value: Uint8Array): Uint8Array {
  const text = decoder.decode(value);
  const entry = /^(\{.*\})\n[^\n]*\n?$/s.exec(text);
  if (entry && isJson(entry[1]!)) return encoder.encode(`${entry[1]}\n${sha256(entry[1]!)}\n`);
  const at = text.lastIndexOf("\n<!-- ");
  const trailer = /^<!-- (\{.*\}) [^ ]* -->\n$/.exec(text.slice(at + 1));
  if (at < 0 || trailer === null || !isJson(trailer[1]!)) return value;
  const xml = text.slice(0, at + 1);
  const stamp = trailer[1]!.replace(/"sha256":"[^"]*"/, `"sha256":"${sha256(xml)}"`);
  return encoder.encode(`${xml}<!-- ${stamp} ${sha256(stamp)} -->\n`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
