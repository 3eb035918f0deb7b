/**
 * Fences a node by the management controller of its machine: IPMI 2.0 (RMCP+, cipher suites 3 and 17)
 * or 1.5 with MD5. It waits for the controller to say that the power is off.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import { powerSwitch } from "../../handler/stonith/power_switch.ts";
import { secretFrom } from "../../handler/stonith/secret_file.ts";
import { targetsOf } from "../../handler/stonith/targets.ts";
import { controller } from "./controller.ts";
import type manifest from "./manifest.ts";
import { suites } from "./suite.ts";

/** Numbers of the privileges. */
const privileges = { operator: 3, administrator: 4 } as const;

const device: Plugin<typeof manifest, Stonith> = async (config) => {
  const { hostlist, address, port, username, password, passwordfile, privilege, cipher } = config;
  const secret = await secretFrom(password, passwordfile);
  const driver = controller({
    address,
    port,
    suite: cipher === "1.5" ? undefined : suites[cipher],
    login: () => ({ username, password: secret.value(), privilege: privileges[privilege] }),
  });
  const made = powerSwitch(targetsOf(hostlist), driver, { name: `the controller at ${address}` });
  return {
    ...made,
    async status() {
      // A password that was changed in its file is noticed before it is needed.
      await secret.refresh();
      return await made.status();
    },
  };
};

export default device;
