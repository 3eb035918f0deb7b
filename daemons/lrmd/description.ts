/**
 * The process `lrmd`, as data: it starts plugins that run agents, and those that send alerts.
 *
 * @module
 */
import type { ProcessDescription } from "../site/description.ts";

/** See the head of the file. */
export const description = {
  name: "lrmd",
  services: ["lrmd", "alerts"],
  linkTo: "cluster",
  // It waits for programs: nothing in it is worth a larger heap.
  youngMibMax: 1,
  plugins: { kinds: ["ra", "notifier"], starts: () => true },
  restartFor: ["agents", "classes", "operationsAtOnce", "plugins", "pluginFolders", "secrets"],
} as const satisfies ProcessDescription;
