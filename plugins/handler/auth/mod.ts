/** Manages plugins that sign and verify packets. @module */
import { handler } from "../../../pils/handler.ts";
import type { Auth } from "./contract.ts";

export default handler<Auth>("auth/1", {
  sign: "required",
  verify: "required",
  seal: "optional",
  open: "optional",
});
