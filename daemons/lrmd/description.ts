/**
 * The process `lrmd`, as data: it starts plugins that run agents.
 *
 * @module
 */
import type { ProcessDescription } from "../site/description.ts";

/** See the head of the file. */
export const description = {
  name: "lrmd",
  services: ["lrmd"],
  linkTo: "cluster",
  // It waits for programs: nothing in it is worth a larger heap.
  youngMibMax: 1,
  plugins: { kinds: ["ra"], starts: () => true },
  restartFor: ["agents", "classes", "operationsAtOnce", "plugins", "pluginFolders"],
} as const satisfies ProcessDescription;
