/**
 * The process of the policy engine: it may compute, and say what came of it.
 *
 * @module
 */
import { protocol } from "../protocols.ts";
import { linkOf } from "../site/flags.ts";
import { main } from "../site/main.ts";
import { pengine } from "./core.ts";
import { engineThread } from "./thread.ts";

await main("pengine", ({ config }) =>
  Promise.resolve({
    machines: [pengine()],
    stores: new Map(),
    builtins: { engine: engineThread },
    protocol,
    connectPaths: [linkOf(config, "pengine")],
  }), "none");
