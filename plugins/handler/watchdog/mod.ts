/** Manages plugins that end what hangs. @module */
import { handler } from "../../../pils/handler.ts";
import type { Watchdog } from "./contract.ts";

export default handler<Watchdog>("watchdog/1", {
  arm: "required",
  pet: "required",
  disarm: "required",
});
