/**
 * The alerts of the CIB, as data for the machine that calls notifiers.
 *
 * The language is Pacemaker's: an alert is called for nodes, fencings and resources, unless a `select`
 * names what it is for.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../metadata/code.ts";
import { durationMs } from "../../metadata/special/quantity.ts";
import type { AlertConfig, AlertRecipient, AlertSelection } from "../runtime/messages.ts";
import { childOf, children } from "./changed.ts";
import {
  alertsMax,
  attributesMax,
  parametersMax,
  recipientsMax,
  valueCharactersMax,
} from "../runtime/cluster_event.ts";

/** Milliseconds that a call of an alert may take: of one that says nothing, and at most. */
export const defaultTimeoutMs = 30_000;
export const timeoutMsMax = 600_000;

/** The alerts, and what of the section has no effect. */
export interface AlertsRead {
  readonly alerts: readonly AlertConfig[];
  readonly problems: readonly string[];
}

/** Reads the section. */
export function alertsIn(section: XmlElement | undefined): AlertsRead {
  const problems: string[] = [];
  const alerts: AlertConfig[] = [];
  let recipients = 0;
  for (const alert of children(section, "alert")) {
    const { id = "", path = "" } = alert.attributes;
    const note = (what: string, fix: string) =>
      problems.push(withCode("HA7030", `Alert "${id}" ${what}. Fix: ${fix}`));
    const meta = valuesOf(alert, "meta_attributes");
    if (isOff(meta.get("enabled"))) continue;
    const read = recipientsOf(alert, meta, note);
    if (alerts.length >= alertsMax || recipients + read.length > recipientsMax) {
      const bounds = `${alertsMax} alerts and ${recipientsMax} recipients`;
      note(`is left out: there are more than ${bounds}`, "remove alerts or recipients");
      continue;
    }
    if (id === "" || !/^(?:\/|[a-z])[!-~]{0,1023}$/.test(path)) {
      const what = `has the path ${JSON.stringify(path.slice(0, 64))}`;
      note(what, "name a program by its absolute path, or a plugin such as webhook");
      continue;
    }
    recipients += read.length;
    alerts.push({ id, path, select: selectionOf(childOf(alert, "select")), recipients: read });
  }
  return { alerts, problems };
}

const isOff = (value: string | undefined): boolean => /^(?:false|off|no|n|0)$/i.test(value ?? "");

/** Called once if there is no recipient; left out where all of them are switched off. */
function recipientsOf(
  alert: XmlElement,
  meta: ReadonlyMap<string, string>,
  note: (what: string, fix: string) => void,
): readonly AlertRecipient[] {
  const own = valuesOf(alert, "instance_attributes");
  const recipients = children(alert, "recipient");
  if (recipients.length === 0) {
    return [{ id: "", value: "", ...callOf(meta, note), parameters: Object.fromEntries(own) }];
  }
  return recipients.flatMap((recipient) => {
    const { id = "", value = "" } = recipient.attributes;
    const over = new Map([...meta, ...valuesOf(recipient, "meta_attributes")]);
    if (isOff(over.get("enabled"))) return [];
    const parameters = [...own, ...valuesOf(recipient, "instance_attributes")];
    return [{
      id,
      value: value.slice(0, valueCharactersMax),
      ...callOf(over, note),
      parameters: Object.fromEntries(parameters.slice(0, parametersMax)),
    }];
  });
}

function callOf(
  meta: ReadonlyMap<string, string>,
  note: (what: string, fix: string) => void,
): Pick<AlertRecipient, "timeoutMs" | "timestampFormat"> {
  const [timeout, format] = [meta.get("timeout"), meta.get("timestamp-format")];
  const given = timeout === undefined ? defaultTimeoutMs : durationMs(timeout);
  const isUsable = given !== undefined && given >= 1 && given <= timeoutMsMax;
  if (!isUsable) {
    note(`has the timeout ${JSON.stringify(timeout?.slice(0, 64))}`, "write it like 30s");
  }
  return {
    timeoutMs: isUsable ? Math.round(given) : defaultTimeoutMs,
    ...(format === undefined ? {} : { timestampFormat: format.slice(0, 256) }),
  };
}

function selectionOf(select: XmlElement | undefined): AlertSelection {
  const has = (tag: string) => childOf(select, tag) !== undefined;
  const tags = ["select_nodes", "select_fencing", "select_resources", "select_attributes"];
  // An empty selection selects nothing less than none.
  if (!tags.some(has)) return { nodes: true, fencing: true, resources: true };
  const attributes = childOf(select, "select_attributes");
  return {
    nodes: has("select_nodes"),
    fencing: has("select_fencing"),
    resources: has("select_resources"),
    ...(attributes === undefined ? {} : {
      attributes: children(attributes, "attribute").slice(0, attributesMax)
        .map(({ attributes: { name = "" } }) => name),
    }),
  };
}

/** The pairs of an element's sets; the first one of a name counts. */
function valuesOf(of: XmlElement, tag: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { attributes } of children(of, tag).flatMap((set) => children(set, "nvpair"))) {
    const { name, value = "" } = attributes;
    if (name === undefined || values.has(name) || values.size >= parametersMax) continue;
    values.set(name, value.slice(0, valueCharactersMax));
  }
  return values;
}
