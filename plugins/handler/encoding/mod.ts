/** Manages plugins that turn messages into bytes and back. @module */
import { handler } from "../../../pils/handler.ts";
import type { Encoding } from "./contract.ts";

export default handler<Encoding>("encoding/1", {
  encode: "required",
  decode: "required",
  signable: "required",
  seal: "required",
  open: "required",
  inner: "optional",
});
