/**
 * Prints the flags of the demo, which need absolute paths that no task can know beforehand. Needs
 * no permission.
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";
import { flagsOf } from "../../site/flags.ts";
import { watchedSocket } from "../local_nodes/local_cluster.ts";
import { demoFolder, demoNodes, demoOf } from "./files.ts";

const project = filePath(new URL("../../..", import.meta.url));
const folder = demoFolder(project);
const sockets = demoNodes.map((node) => `unix:${watchedSocket(demoOf(project), node)}`);
const grant = {
  // The web server is looked at over the loopback, on whatever port is free.
  net: ["127.0.0.1", ...sockets],
  read: [folder],
  write: [folder],
  run: [Deno.execPath(), "/bin/sh"],
  // Where the person is, for a folder of plugins that is named from there.
  env: ["INIT_CWD"],
};
console.log(flagsOf(grant).join(" "));
