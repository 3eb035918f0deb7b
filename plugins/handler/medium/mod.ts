/** Manages plugins that carry packets between nodes. @module */
import { handler } from "../../../pils/handler.ts";
import type { Medium } from "./contract.ts";

export default handler<Medium>("medium/1", { send: "required", describe: "required" });
