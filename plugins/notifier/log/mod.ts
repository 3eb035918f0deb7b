/**
 * The simplest notifier: one alert, one line of the log.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Notifier } from "../../handler/notifier/contract.ts";
import type manifest from "./manifest.ts";

const log: Plugin<typeof manifest, Notifier> = ({ level }, host) => ({
  notify({ what, why }) {
    host.log(level, `${what}: ${why}`);
  },
});

export default log;
