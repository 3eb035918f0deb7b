/**
 * Fences with a management controller by Redfish: `ForceOff` and `On` of the system's `Reset` action,
 * confirmed by its `PowerState`.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import { bounded } from "../../handler/stonith/bounded.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { type Power, powerSwitch } from "../../handler/stonith/power_switch.ts";
import { secretFrom } from "../../handler/stonith/secret_file.ts";
import { targetsOf } from "../../handler/stonith/targets.ts";
import type manifest from "./manifest.ts";
import { Service } from "./service.ts";
import { allowedIn, membersOf, resetTypes, type System, systemOf } from "./system.ts";
import { unusable } from "../../handler/stonith/fault.ts";

/** Milliseconds to end a session. */
const closeMs = 1_000;

const device: Plugin<typeof manifest, Stonith> = async (config) => {
  const { address, port, fingerprint, cafile, user, auth, hostlist } = config;
  if ((fingerprint === undefined) === (cafile === undefined)) {
    throw unusable(
      "the controller must be recognized in one way",
      "set fingerprint or cafile, and not both",
    );
  }
  const password = await secretFrom(config.password, config.passwordfile);
  const ca = cafile === undefined ? undefined : await Deno.readTextFile(cafile);
  const service = new Service({ address, port, fingerprint, ca }, { user, password, auth });
  const targets = targetsOf(hostlist);
  const systems = new Systems(service, new Set(targets.keys()));
  const at = `the controller at ${address}`;

  const device = powerSwitch(targets, {
    power: (plug, timeoutMs) => bounded(timeoutMs, (signal) => systems.power(plug, signal)),
    order: (plug, power, timeoutMs) =>
      bounded(timeoutMs, (signal) => systems.order(plug, power, signal)),
    close: () => bounded(closeMs, (signal) => service.close(signal)).catch(() => {}),
  }, { name: at });
  return {
    ...device,
    async status() {
      try {
        await password.refresh();
      } catch (error) {
        return { ok: false, detail: messageOf(error) };
      }
      return await device.status();
    },
  };
};

/** The systems of a service, by plug: the id of a system, or a node's name for the only one. */
class Systems {
  readonly #service: Service;
  readonly #nodes: ReadonlySet<string>;
  readonly #wanted = new Map<string, Power>();

  constructor(service: Service, nodes: ReadonlySet<string>) {
    this.#service = service;
    this.#nodes = nodes;
  }

  async power(plug: string, signal: AbortSignal): Promise<Power> {
    const { power } = await this.#system(plug, signal);
    if (power === "On") return "on";
    if (power === "Off") return "off";
    // On its way, or paused: it is not what was ordered, and never off.
    return this.#wanted.get(plug) === "on" ? "off" : "on";
  }

  async order(plug: string, power: Power, signal: AbortSignal): Promise<void> {
    this.#wanted.set(plug, power);
    const system = await this.#system(plug, signal);
    const allowed = system.allowed ??
      (system.actionInfo === undefined
        ? undefined
        : allowedIn(await this.#service.get(system.actionInfo, signal)));
    const type = resetTypes[power].find((one) => allowed?.includes(one) ?? true);
    if (type === undefined) {
      throw new Error(
        `the system "${system.id}" cannot be switched ${power}: it allows ${allowed?.join(", ")}`,
      );
    }
    try {
      await this.#service.post(system.target, { ResetType: type }, signal);
    } catch (error) {
      // Many controllers refuse what is so already.
      if (await this.power(plug, signal) !== power) throw error;
    }
  }

  async #system(plug: string, signal: AbortSignal): Promise<System> {
    const id = await this.#idOf(plug, signal);
    const path = `/redfish/v1/Systems/${encodeURIComponent(id)}`;
    return systemOf(await this.#service.get(path, signal), id);
  }

  async #idOf(plug: string, signal: AbortSignal): Promise<string> {
    if (!this.#nodes.has(plug)) return plug;
    const ids = membersOf(await this.#service.get("/redfish/v1/Systems", signal));
    const [only] = ids;
    if (only !== undefined && ids.length === 1 && this.#nodes.size === 1) return only;
    throw unusable(
      `the controller has the systems ${ids.join(", ")}`,
      `say which one ${plug} is: ${plug}:${only ?? "ID"}`,
    );
  }
}

export default device;
