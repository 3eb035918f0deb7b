/**
 * Prints the permissions of `task interop`: it starts the parts, which have their own. Needs no
 * permission.
 *
 * @module
 */
import { flagsOf } from "../../daemons/flags.ts";

const project = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
console.log(
  flagsOf({
    read: [`${project}/.test`, "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"],
    write: [`${project}/.test`],
    run: [Deno.execPath()],
  }).join(" "),
);
