/**
 * The handler of kind `quorum`.
 *
 * @module
 */
import { handler } from "../../../pils/handler.ts";
import type { Quorum } from "./contract.ts";

export default handler<Quorum>("quorum/1", { decide: "required" });
