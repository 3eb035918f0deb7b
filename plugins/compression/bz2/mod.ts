/**
 * The bzip2 format, both ways, written from its description: no library that may be shipped with
 * this licence packs it.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Compression } from "../../handler/compression/contract.ts";
import type manifest from "./manifest.ts";
import { pack } from "./pack.ts";
import { unpack } from "./unpack.ts";

const bz2: Plugin<typeof manifest, Compression> = () => ({ pack, unpack });
export default bz2;
