/**
 * Sends each alert as a mail to its recipient.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Notifier } from "../../handler/notifier/contract.ts";
import { secretFrom } from "../../handler/notifier/secret.ts";
import { mailOf } from "./mail_of.ts";
import type manifest from "./manifest.ts";
import { sendMail } from "./smtp.ts";

const mailAddress = /^[!-;=?-~]{1,64}@[A-Za-z0-9.-]{1,189}$/;

const mail: Plugin<typeof manifest, Notifier> = async (config) => {
  const { address, port, security, servername, cafile, user, from } = config;
  const secret = await secretFrom(config.password, config.passwordfile);
  const ca = cafile === undefined ? undefined : await Deno.readTextFile(cafile);
  return {
    async notify(alert) {
      const { timeoutMs } = alert;
      await secret.refresh();
      const to = alert.recipient === "" ? config.to : alert.recipient;
      if (to === undefined || !mailAddress.test(to)) {
        throw new Error(
          withCode("HA7032", `"${to ?? ""}" is no mail address. Fix: correct the recipient`),
        );
      }
      const place = { address, port, security, servername, ca, user, password: secret.value() };
      const data = mailOf(from, to, alert);
      try {
        await sendMail(place, { from, to, data }, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        const what = secret.hide(`${address}:${port}: ${messageOf(error)}`);
        throw new Error(withCode("HA7032", what));
      }
    },
  };
};

export default mail;
