/**
 * The process of the policy engine: it may compute, and say what came of it.
 *
 * Only its thread imports the engine, `doors/engine.ts`: a second copy here would weigh 6 MiB.
 *
 * @module
 */
export { pengine } from "./core.ts";

import { start } from "../start.ts";
import { pengine } from "./core.ts";
import { description } from "./description.ts";
import { engineThread } from "./thread.ts";

if (import.meta.main) {
  await start(description, () => ({ machines: [pengine()], builtins: { engine: engineThread } }));
}
