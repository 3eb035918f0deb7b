/**
 * The lab in which C heartbeat runs: `../shared/lab/hb-cluster.sh`, one node a set of namespaces.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { filePath } from "../../../pils/found.ts";

/** Path of the lab's script. */
export const lab = filePath(new URL("../../../../shared/lab/hb-cluster.sh", import.meta.url));
/** Where C programs look for heartbeat; each node has a `/run` of its own. */
export const register = "/run/heartbeat/register";

/** What is missing on this machine, if anything. */
export function lacking(): string | undefined {
  try {
    Deno.statSync(lab);
    Deno.statSync("/usr/libexec/heartbeat/heartbeat");
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
