/**
 * Posts each alert to one URL, and to no other: a redirect is an error.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Notifier } from "../../handler/notifier/contract.ts";
import { secretFrom } from "../../handler/notifier/secret.ts";
import { bodyOf } from "./body.ts";
import type manifest from "./manifest.ts";

const webhook: Plugin<typeof manifest, Notifier> = async (config) => {
  const { url, cafile, authheader, authvalue } = config;
  const secret = await secretFrom(config.token, config.tokenfile);
  const body = bodyOf(config.body);
  const client = cafile === undefined
    ? undefined
    : Deno.createHttpClient({ caCerts: [await Deno.readTextFile(cafile)] });
  return {
    async notify(alert) {
      const { timeoutMs } = alert;
      await secret.refresh();
      const token = secret.value();
      try {
        const response = await fetch(url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            ...(token === "" ? {} : { [authheader]: authvalue.replace("{token}", () => token) }),
          },
          body: body(alert),
          redirect: "manual",
          signal: AbortSignal.timeout(timeoutMs),
          ...(client === undefined ? {} : { client }),
        });
        await response.body?.cancel();
        if (!response.ok) throw new Error(`the server answers ${response.status}`);
      } catch (error) {
        throw new Error(secret.hide(withCode("HA7032", `${url}: ${messageOf(error)}`)));
      }
    },
    close: () => client?.close(),
  };
};

export default webhook;
