/**
 * Fences with any HTTP API: its parameters say what is sent, and what an answer means. The state is
 * asked after each order until it is the ordered one.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import { bounded } from "../../handler/stonith/bounded.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { ask, type HttpAnswer, type HttpRequest } from "../../handler/stonith/http.ts";
import { powerSwitch } from "../../handler/stonith/power_switch.ts";
import { secretFrom } from "../../handler/stonith/secret_file.ts";
import { targetsOf } from "../../handler/stonith/targets.ts";
import { Dialogue } from "./dialogue.ts";
import type manifest from "./manifest.ts";
import { unusable } from "../../handler/stonith/fault.ts";

/** Characters of an answer that are shown. */
const shownCharactersMax = 200;

const device: Plugin<typeof manifest, Stonith> = async (config) => {
  const { address, port, scheme, fingerprint, cafile, hostlist } = config;
  const plain = scheme === "http";
  const pins = [fingerprint, cafile].filter((one) => one !== undefined).length;
  if (pins !== (plain ? 0 : 1)) {
    throw plain
      ? unusable("http has no certificate", "remove fingerprint and cafile, or use https")
      : unusable("the API must be recognized in one way", "set fingerprint or cafile, not both");
  }
  const token = await secretFrom(config.token, config.tokenfile);
  const ca = cafile === undefined ? undefined : await Deno.readTextFile(cafile);
  const place = { address, port, plain, fingerprint, ca };
  const dialogue = new Dialogue(config, token);

  const asked = (request: HttpRequest, timeoutMs: number): Promise<HttpAnswer> =>
    bounded(timeoutMs, async (signal) => {
      const answer = await ask(place, request, signal);
      if (answer.status >= 200 && answer.status < 300) return answer;
      const why = clip(answer.body.trim(), shownCharactersMax);
      throw new Error(
        `${request.method} ${request.path} is answered with ${answer.status}: ${why}`,
      );
    }).catch((error) => {
      throw new Error(token.hide(messageOf(error)));
    });

  const device = powerSwitch(targetsOf(hostlist), {
    power: async (plug, timeoutMs) =>
      dialogue.state(await asked(dialogue.status(config, plug), timeoutMs)),
    order: async (plug, power, timeoutMs) =>
      void await asked(dialogue.order(config, plug, power), timeoutMs),
  }, { name: `the API at ${address}` });
  return {
    ...device,
    async status() {
      try {
        await token.refresh();
      } catch (error) {
        return { ok: false, detail: messageOf(error) };
      }
      return await device.status();
    },
  };
};

export default device;
