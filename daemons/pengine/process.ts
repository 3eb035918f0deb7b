/**
 * The process of the policy engine: it may compute, and say what came of it.
 *
 * @module
 */
import { start } from "../start.ts";
import { pengine } from "./core.ts";
import { description } from "./description.ts";
import { engineThread } from "./thread.ts";

await start(description, () => ({ machines: [pengine()], builtins: { engine: engineThread } }));
