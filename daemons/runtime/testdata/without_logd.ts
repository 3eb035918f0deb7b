/**
 * A daemon whose logd does not answer, and that ends: in good order, or by `Deno.exit`.
 *
 * @module
 */
import { hiding } from "../../../metadata/hide.ts";
import { secrets, stderrLog } from "../log.ts";
import { logdLog } from "../logging/logd_log.ts";

secrets.add(
  hiding([{ fieldname: "password", basictype: "string", secret: true }], { password: "sesame55" }),
);
const otherwise = stderrLog("alice");
const { log, written } = logdLog({
  process: "daemon",
  path: `${Deno.args[1]}/no.sock`,
  least: "info",
  otherwise,
});
log("crmd", "info", "first, with sesame55");
log("crmd", "debug", "too much");
log("crmd", "crit", "second");
if (Deno.args[0] === "order") await written();
Deno.exit(3);
