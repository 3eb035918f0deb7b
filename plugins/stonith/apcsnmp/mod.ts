/**
 * Fences with a switched power strip of APC by SNMP: an outlet is ordered off, and its status object
 * must say that it is off.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Config } from "../../../pils/manifest.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { type Power, powerSwitch } from "../../handler/stonith/power_switch.ts";
import { type Secret, secretFrom } from "../../handler/stonith/secret_file.ts";
import { type Asker, SnmpClient, SnmpError } from "../../handler/stonith/snmp/client.ts";
import { targetsOf } from "../../handler/stonith/targets.ts";
import type manifest from "./manifest.ts";
import { type Model, models, orders } from "./models.ts";
import { unusable } from "../../handler/stonith/fault.ts";

const device: Plugin<typeof manifest, Stonith> = async (config) => {
  const { address, port, hostlist } = config;
  const password = await secretFrom(config.password, config.passwordfile);
  const privacy = await secretFrom(config.privacy, config.privacyfile);
  const asker = askerOf(config, password, privacy);
  const outlets = new Outlets(new SnmpClient({ address, port }, asker), config.model);
  const hidden = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new Error(`${address}: ${privacy.hide(password.hide(messageOf(error)))}`);
    }
  };
  const device = powerSwitch(targetsOf(hostlist), {
    power: (outlet, timeoutMs) => hidden(outlets.power(outlet, timeoutMs)),
    order: (outlet, power, timeoutMs) => hidden(outlets.order(outlet, power, timeoutMs)),
  }, { name: `the power strip at ${address}` });
  return {
    ...device,
    async status() {
      try {
        await password.refresh();
        await privacy.refresh();
      } catch (error) {
        return { ok: false, detail: messageOf(error) };
      }
      return await device.status();
    },
  };
};

/** Who asks; a file may give another password later. */
function askerOf(
  { version, user, authprotocol = "sha" }: Config<typeof manifest>,
  password: Secret,
  privacy: Secret,
): () => Asker {
  if (password.value() === "") {
    throw unusable("nothing to log in with is given", "set passwordfile");
  }
  if (version !== "3") return () => ({ version, community: password.value() });
  if (user === undefined) throw unusable("version 3 needs a user", "set user");
  for (const [name, value] of [["password", password], ["privacy", privacy]] as const) {
    const { length } = value.value();
    if (length > 0 && length < passwordCharactersMin) {
      throw unusable(
        `${name} of version 3 has at least ${passwordCharactersMin} characters (RFC 3414)`,
        "give the one of the agent",
      );
    }
  }
  return () => ({
    version,
    user: {
      name: user,
      protocol: authprotocol,
      password: password.value(),
      privacy: privacy.value() || undefined,
    },
  });
}

const passwordCharactersMin = 8;

/** The outlets of a power strip. */
class Outlets {
  readonly #client: SnmpClient;
  #model: Model | undefined;

  constructor(client: SnmpClient, model: keyof typeof models | "auto") {
    this.#client = client;
    this.#model = model === "auto" ? undefined : models[model];
  }

  async power(outlet: string, timeoutMs: number): Promise<Power> {
    const until = performance.now() + timeoutMs;
    const { status, on, off } = await this.#modelFor(outlet, until);
    const value = await this.#client.get(`${status}.${outlet}`, until - performance.now());
    if (value === on) return "on";
    if (value === off) return "off";
    throw new Error(`outlet ${outlet} is neither on nor off: its status is ${value}`);
  }

  async order(outlet: string, power: Power, timeoutMs: number): Promise<void> {
    const until = performance.now() + timeoutMs;
    const { control } = await this.#modelFor(outlet, until);
    await this.#client.set(`${control}.${outlet}`, orders[power], until - performance.now());
  }

  /** The family that has this outlet. */
  async #modelFor(outlet: string, until: number): Promise<Model> {
    if (this.#model !== undefined) return this.#model;
    const refusals: string[] = [];
    for (const [name, model] of Object.entries(models)) {
      try {
        await this.#client.get(`${model.status}.${outlet}`, until - performance.now());
        return this.#model = model;
      } catch (error) {
        if (!(error instanceof SnmpError)) throw error;
        refusals.push(`${name}: ${error.message}`);
        if (!/noSuch/.test(error.message)) break;
      }
    }
    throw new Error(`no family of power strips has outlet ${outlet} (${refusals.join("; ")})`);
  }
}

export default device;
