/**
 * Prints the permissions of `task interop`: it starts the parts, which have their own. Needs no
 * permission.
 *
 * @module
 */
import { flagsOf } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
console.log(
  flagsOf({
    read: [`${project}/.test`, "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"],
    write: [`${project}/.test`],
    run: [Deno.execPath()],
    env: ["PACEMAKER_ROOT"],
  }).join(" "),
);
