/**
 * Prints the permissions of `deno task dist`: the project, the packages that Deno keeps, Deno itself.
 *
 * @module
 */
import { packagesFolder } from "./packages.ts";

const writes = Deno.args[0] ?? ".";
console.log(`--allow-read=.,${packagesFolder()},${Deno.execPath()} \
--allow-write=${writes} --allow-env=DENO_DIR,XDG_CACHE_HOME,HOME`);
