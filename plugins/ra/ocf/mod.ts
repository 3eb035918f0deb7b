/**
 * The class `ocf`: resource agents of the Open Cluster Framework.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra } from "../../handler/ra/contract.ts";
import { ocfClass } from "../../handler/ra/program/ocf.ts";
import { withSecrets } from "../../handler/ra/with_secrets.ts";
import type manifest from "./manifest.ts";

const plugin: Plugin<typeof manifest, Ra> = (config) =>
  withSecrets(ocfClass(config), config.secrets);

export default plugin;
