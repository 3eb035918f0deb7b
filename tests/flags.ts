/**
 * Prints the permissions that all tests together may use; each test narrows them to its own. Needs
 * no permission.
 *
 * @module
 */
import { flagsOf } from "../daemons/flags.ts";

const project = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
/** Tests that need files or sockets keep them here, and remove them. */
const scratch = `${project}/.test`;
const sockets = ["run", "link", "ha"].map((name) => `unix:${scratch}/${name}.sock`);

console.log(
  flagsOf({
    net: ["127.0.0.1", "[::1]", ...sockets],
    read: [project],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
  }).join(" "),
);
