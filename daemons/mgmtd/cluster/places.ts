/**
 * Where a node has its files, as the commands of `ha cluster` make and find them.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { defaultFolders } from "../../site/default_folders.ts";
import { readNodeConfig } from "../../site/node_config/read.ts";
import type { Call, Option, Where } from "../command.ts";

/** Absolute paths. */
export interface Places {
  /** The node configuration. Where it is, there is a node. */
  readonly config: string;
  readonly authkeys: string;
  /** The first CIB. */
  readonly cib: string;
  readonly state: string;
  readonly run: string;
  /** What the daemons log if systemd does not start them. */
  readonly log: string;
}

/** The configuration that the unit of the package uses. */
const defaultConfig = "/etc/ha/node.json";
const defaultLog = "/var/log/ha.log";

const configOption: Option = {
  type: "string",
  value: "FILE",
  summary: `Node configuration; ${defaultConfig} if left out. Its keys are beside it`,
};
const logOption: Option = {
  type: "string",
  value: "FILE",
  summary: `Log of a node that systemd does not start; ${defaultLog} if left out`,
};

/** The options that name other places. */
export const placeOptions: Readonly<Record<string, Option>> = {
  config: configOption,
  state: {
    type: "string",
    value: "FOLDER",
    summary: `State folder; ${defaultFolders.state} if left out`,
  },
  run: {
    type: "string",
    value: "FOLDER",
    summary: `Run folder; ${defaultFolders.run} if left out`,
  },
  log: logOption,
};

/** Those of a node that is there. */
export const nodeOptions: Readonly<Record<string, Option>> = { config: configOption };
/** Those of one that is started. */
export const startOptions: Readonly<Record<string, Option>> = { ...nodeOptions, log: logOption };

/** The places that a call means. */
export function placesOf({ options }: Call, { here }: Where): Places {
  const named = (name: string, otherwise: string): string => {
    const value = options[name];
    return typeof value === "string" ? resolve(here, value) : otherwise;
  };
  const config = named("config", defaultConfig);
  const folder = dirname(config);
  return {
    config,
    authkeys: `${folder}/authkeys`,
    cib: `${folder}/cib.xml`,
    state: named("state", defaultFolders.state),
    run: named("run", defaultFolders.run),
    log: named("log", defaultLog),
  };
}

/** The places of a node that is there: its configuration names the folders. */
export function placesIn(places: Places, text: string | undefined): Places {
  const read = text === undefined ? undefined : readNodeConfig(text);
  if (read?.ok !== true) return places;
  const { state, run, authkeys } = read.value;
  return { ...places, state, run, authkeys };
}

/** Whether systemd's unit is for this node: its paths are fixed. */
export const isTheUnits = ({ config, state, run }: Places): boolean =>
  config === defaultConfig && state === defaultFolders.state && run === defaultFolders.run;
