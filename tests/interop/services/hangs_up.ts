/**
 * An application that crashes right after its start: registers, once `apphbd` is there, and hangs up.
 *
 * @module
 */
import { register } from "../../../daemons/apphbd/doors/client.ts";
import { pause } from "../../../metadata/timer.ts";

const [path = "", name = ""] = Deno.args;
for (let tries = 0; tries < 300; tries++) {
  const app = await register(path, name).catch(() => undefined);
  if (app === undefined) await pause(100);
  else {
    app.hangUp();
    break;
  }
}
