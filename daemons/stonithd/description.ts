/**
 * The process `stonithd`, as data: it starts plugins that reach fencing devices.
 *
 * @module
 */
import type { ProcessDescription } from "../site/description.ts";

/** See the head of the file. */
export const description = {
  name: "stonithd",
  services: ["stonithd"],
  linkTo: "cluster",
  // It waits for programs: nothing in it is worth a larger heap.
  youngMibMax: 1,
  plugins: { kinds: ["stonith"], starts: () => true },
  restartFor: ["plugins", "pluginFolders"],
} as const satisfies ProcessDescription;
