/** Manages plugins that pack and unpack bytes. @module */
import { handler } from "../../../pils/handler.ts";
import type { Compression } from "./contract.ts";

export default handler<Compression>("compression/1", { pack: "required", unpack: "required" });
