/**
 * Prints the permissions of `deno test` as flags. Needs no permission.
 *
 * @module
 */
import { flagsOf } from "../daemons/site/flags.ts";
import { testGrant } from "./grant.ts";

console.log(flagsOf(testGrant).join(" "));
