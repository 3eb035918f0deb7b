/**
 * Heartbeat's own text: netstring and classic framing, bit exact in both directions.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import { type Encoding, frameBytesMax } from "../../handler/encoding/contract.ts";
import { readClassic, writeClassic, writeLines } from "./classic.ts";
import type manifest from "./manifest.ts";
import { readNetstring, writeNetstring } from "./netstring.ts";
import { isClassic, open, seal, signable } from "./seal.ts";
import { Writer } from "./writer.ts";

const ha: Plugin<typeof manifest, Encoding> = ({ framing }) => {
  const writer = new Writer();
  const write = framing === "classic" ? writeClassic : writeNetstring;
  return {
    encode(message) {
      writer.reset();
      write(writer, message);
      return writer.take();
    },
    decode(frame) {
      if (frame.length > frameBytesMax) {
        return { ok: false, why: `${frame.length} bytes are more than ${frameBytesMax}` };
      }
      return isClassic(frame)
        ? readClassic(frame, 0, frame.length)
        : readNetstring(frame, 0, frame.length);
    },
    signable,
    seal,
    open,
    inner(message) {
      writer.reset();
      writeLines(writer, message.filter(({ name }) => name !== "auth"));
      return writer.take();
    },
  };
};
export default ha;
