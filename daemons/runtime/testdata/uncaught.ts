/**
 * A process with a secret in which something throws that nobody catches.
 *
 * @module
 */
import { hiding } from "../../../metadata/hide.ts";
import { secrets, stderrLog } from "../log.ts";
import { onUncaught } from "../uncaught.ts";

const log = stderrLog("alice");
onUncaught((text) => log("daemon", "crit", text), () => Deno.exit(3));
secrets.add(
  hiding([{ fieldname: "password", basictype: "string", secret: true }], { password: "sesame55" }),
);
const error = new Error(`cannot log in with sesame55 (${btoa("admin:sesame55")})\u001b[2J\nFORGED`);
if (Deno.args[0] === "throw") {
  setTimeout(() => {
    throw error;
  });
} else void Promise.reject(error);
setTimeout(() => {}, 10_000);
