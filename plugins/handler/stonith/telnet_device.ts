/**
 * A device out of the dialogue of a switch over telnet.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Stonith } from "./contract.ts";
import { powerSwitch } from "./power_switch.ts";
import { secretFrom } from "./secret_file.ts";
import { dialogueDriver, type SwitchDialogue } from "./switch_dialogue.ts";
import { targetsOf } from "./targets.ts";

/** Its parameters. */
export interface TelnetConfig {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly passwordfile?: string;
  readonly hostlist: readonly string[];
}

/** Makes it. @throws {Error} if its password cannot be read. */
export async function telnetDevice(
  dialogue: SwitchDialogue,
  config: TelnetConfig,
): Promise<Stonith> {
  const { address, port, user, hostlist } = config;
  const password = await secretFrom(config.password, config.passwordfile);
  const driver = dialogueDriver(dialogue, { address, port, user, password });
  const device = powerSwitch(targetsOf(hostlist), driver, { name: `the switch at ${address}` });
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
}
