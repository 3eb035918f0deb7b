/**
 * The areas of the project, and what should notice a mistake in each: the tests of the area that
 * reach the file, the nearest first, then the simulator.
 *
 * @module
 */

/** Where mistakes are made, and what is to notice them. */
export interface Area {
  readonly name: string;
  /** Folders of sources. */
  readonly sources: readonly string[];
  /** Tests beside those in the folders of the sources: folders, or single files. */
  readonly tests: readonly string[];
  /** Arguments of the simulator, where it runs this area's code. */
  readonly sim?: readonly string[];
}

const all = ["--seeds", "1-3", "--nodes", "5"];
const membership = [...all, "--daemons", "membership"];

const daemon = (name: string, sim?: readonly string[], ...tests: readonly string[]): Area => ({
  name,
  sources: [`daemons/${name}`],
  tests,
  ...(sim === undefined ? {} : { sim }),
});

/** All of them. */
export const areas: readonly Area[] = [
  { name: "metadata", sources: ["metadata"], tests: [] },
  { name: "pils", sources: ["pils"], tests: [] },
  { name: "plugins", sources: ["plugins"], tests: [] },
  { name: "runtime", sources: ["daemons/runtime"], tests: ["tests/sim/failover_test.ts"] },
  { name: "site", sources: ["daemons/site"], tests: [] },
  daemon("heartbeat", membership),
  daemon("ccm", membership),
  daemon("cib", all),
  daemon("crmd", all, "tests/sim/failover_test.ts"),
  daemon("pengine", undefined, "tests/fuzz/engine_test.ts"),
  daemon("tengine", all, "tests/sim/failover_test.ts"),
  daemon("lrmd", all, "tests/sim/failover_test.ts"),
  daemon("stonithd", all, "tests/sim/failover_test.ts"),
  daemon("attrd", all, "tests/sim/failover_test.ts"),
  daemon("recoverymgrd"),
  daemon("mgmtd"),
];
