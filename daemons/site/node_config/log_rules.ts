/**
 * What must hold between the fields of the section `log`.
 *
 * @module
 */
import { type Diagnostic, problem } from "../../../metadata/diagnostic.ts";
import type { NodeConfig } from "./node_config.ts";

/** Bytes of the path of a socket at most: the kernel's bound. */
const socketBytesMax = 107;

/** Everything in which they do not go together. */
export function logRules({ log, state, run }: NodeConfig): Diagnostic[] {
  if (log === undefined) return [];
  const found: Diagnostic[] = [];
  const say = (at: number, field: string, what: string, why: string, fix: string) =>
    found.push(problem(["log", "outputs", at, field], what, why, fix, "HA1004"));
  const paths = log.outputs.map(({ path }) => path);
  log.outputs.forEach(({ type, path, address }, at) => {
    if (type !== "syslog" && path === undefined) {
      say(at, "path", "it is missing", `an output of type ${type} is a file`, "name the file");
    }
    if (type !== "syslog" && address !== undefined) {
      say(at, "address", `a ${type} has none`, "it would not be used", "remove it");
    }
    if (path === undefined) return;
    if (address !== undefined && type === "syslog") {
      say(at, "path", "there is an address too", "syslog is at one of them", "remove one of them");
    }
    if (paths.indexOf(path) !== at) {
      say(at, "path", `"${path}" is there twice`, "both would rotate it", "name another file");
    }
    if (type !== "syslog" && [state, run].some((folder) => path.startsWith(`${folder}/`))) {
      say(
        at,
        "path",
        `"${path}" is in the folder of the node's state or sockets`,
        "a full log would leave the state no room, and the run folder is emptied at a start",
        "name a file elsewhere, such as /var/log/ha/ha.log",
      );
    }
  });
  const { socket } = log;
  if (socket !== undefined && new TextEncoder().encode(socket).length > socketBytesMax) {
    found.push(problem(
      ["log", "socket"],
      `it has more than ${socketBytesMax} bytes`,
      "the kernel takes no longer path of a socket",
      "name a shorter path",
      "HA1004",
    ));
  }
  return found;
}
