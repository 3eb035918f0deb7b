/**
 * The process `apphbd`, as data. It runs only on a node whose configuration has `applications`.
 *
 * @module
 */
import type { ProcessDescription } from "../site/description.ts";
import { libraries } from "../site/c_libraries.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { socketIn } from "./doors/socket_path.ts";

/** Where applications connect. */
export const socketPathOf = ({ run, applications }: Pick<NodeConfig, "run" | "applications">) =>
  applications?.socket ?? socketIn(run);

/** See the head of the file. */
export const description = {
  name: "apphbd",
  present: ({ applications }) => applications !== undefined,
  services: ["apphbd"],
  linkTo: "cluster",
  youngMibMax: 1,
  plugins: {
    kinds: ["notifier", "watchdog"],
    starts: ({ applications, notifiers = [] }) =>
      notifiers.length > 0 || applications?.watchdog !== undefined,
  },
  grant: (config) => {
    const path = socketPathOf(config);
    return {
      net: [`unix:${path}`],
      read: [path],
      write: [path],
      // The kernel says who connects, when that process began, and what still waits to be read.
      ffi: libraries,
    };
  },
} as const satisfies ProcessDescription;
