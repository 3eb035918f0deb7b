/**
 * `crm_ticket`: tickets of a multi-site cluster, as booth and crmsh ask for them and change them.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { element } from "../../api/document/element.ts";
import { Ending } from "../../compat/exit_code.ts";
import { type Given, readOptions, row, usage } from "../../compat/options.ts";
import { change, document, toolExit } from "../document.ts";
import {
  constraintsOf,
  stateElements,
  type TicketAttributes,
  ticketsIn,
  withoutTicket,
  withTicket,
} from "../ticket_state.ts";
import type { Tool, ToolCall } from "../tool.ts";

const table = {
  ...row("-l --info", "info"),
  ...row("-L --details", "details"),
  ...row("-w --raw", "raw"),
  ...row("-q --query-xml", "xml"),
  ...row("-c --constraints", "constraints"),
  ...row("-g --grant", "grant"),
  ...row("-r --revoke", "revoke"),
  ...row("-s --standby", "standby"),
  ...row("-a --activate", "activate"),
  ...row("-G --get-attr", "get", "value"),
  ...row("-S --set-attr", "set", "value"),
  ...row("-D --delete-attr", "unset", "value"),
  ...row("-C --cleanup", "cleanup"),
  ...row("-v --attr-value", "value", "value"),
  ...row("-d --default", "default", "value"),
  ...row("-f --force", "force"),
  ...row("-t --ticket", "ticket", "value"),
  ...row("-n --set-name -i --nvpair", "ignored", "value"),
  ...row("-Q --quiet -V --verbose", "ignored"),
};

const lists = ["info", "details", "raw"] as const;
const changes = ["grant", "revoke", "standby", "activate", "set", "unset"] as const;

/** Width of the column with whether a ticket is granted. */
const stateWidth = 17;

/** See the head of the file. */
export const crmTicket: Tool = {
  async run(call) {
    const given = readOptions(table, call.args);
    const { options } = given;
    const ticket = options.get("ticket");
    const list = lists.find((one) => options.has(one));
    if (list !== undefined) return showTickets(call, await document(call), list, ticket);
    if (options.has("xml")) {
      return showXml(call, stateElements(await document(call), ticket), ticket, {
        title: "State XML",
        around: "tickets",
        failed: "query ticket XML",
      });
    }
    if (options.has("constraints")) {
      return showXml(call, constraintsOf(await document(call), ticket), ticket, {
        title: "Constraints XML",
        around: "xpath-query",
        failed: "show ticket constraints",
      });
    }
    const isChange = changes.some((one) => options.has(one));
    if (!isChange && !options.has("get") && !options.has("cleanup")) {
      throw usage("Must supply a command");
    }
    if (ticket === undefined) throw usage("Must supply ticket ID with -t");
    const attribute = options.get("get");
    if (attribute !== undefined) {
      return showAttribute(call, ticket, attribute, options.get("default"));
    }
    return options.has("cleanup")
      ? await cleanUp(call, ticket, given)
      : await changeTicket(call, ticket, given);
  },
};

function showTickets(
  { out }: ToolCall,
  cib: XmlElement,
  list: typeof lists[number],
  ticket: string | undefined,
): number {
  const all = ticketsIn(cib);
  if (ticket !== undefined && !all.has(ticket)) throw noSuch(ticket);
  for (const [name, attributes] of all) {
    if (ticket !== undefined && name !== ticket) continue;
    out(list === "raw" ? `${name}\n` : `${name}\t${stateText(attributes, list === "details")}\n`);
  }
  return toolExit.ok;
}

const noSuch = (ticket: string): Ending =>
  new Ending(toolExit.noSuch, `No such ticket '${ticket}'`);

const isTrue = (value: string | undefined): boolean => /^(true|on|yes|y|1)$/i.test(value ?? "");

/** `granted           last-granted='Tue Nov 14 22:13:20 2023'` */
function stateText(attributes: TicketAttributes, isWhole: boolean): string {
  const { granted, standby, "last-granted": last, ...others } = attributes;
  const state = `${isTrue(granted) ? "granted" : "revoked"}${isTrue(standby) ? " [standby]" : ""}`;
  const when = last === undefined ? [] : [`last-granted='${timeText(last)}'`];
  if (!isWhole) return when.length === 0 ? padded(state) : `${padded(state)} ${when}`;
  const parts = [
    ...(granted === undefined ? [] : [`granted=${granted}`]),
    ...when,
    ...Object.entries({ ...others, ...(standby === undefined ? {} : { standby }) })
      .map(([name, value]) => `${name}=${value}`),
  ];
  return parts.length === 0 ? padded(state) : `${padded(state)} (${parts.join(", ")})`;
}

const padded = (state: string): string => state.includes("[") ? state : state.padEnd(stateWidth);

/** `Tue Nov 14 22:13:20 2023`, in the time zone of this process. */
function timeText(seconds: string): string {
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return seconds;
  const [day = "", month = "", date = "", year = "", time = ""] = at.toString().split(" ");
  return `${day} ${month} ${date} ${time} ${year}`;
}

/** What `showXml` says around the elements. */
interface Titles {
  readonly title: string;
  /** The element around several of them. */
  readonly around: "tickets" | "xpath-query";
  readonly failed: string;
}

function showXml(
  { out }: ToolCall,
  found: readonly XmlElement[],
  ticket: string | undefined,
  { title, around, failed }: Titles,
): number {
  const [first] = found;
  if (first === undefined) {
    throw new Ending(toolExit.noSuch, `Could not ${failed}: No such device or address`);
  }
  const isOne = ticket !== undefined || (around !== "tickets" && found.length === 1);
  const shown = isOne ? first : element(around, {}, [...found]);
  out(`${title}:\n\n${stringify(shown, { indent: "  " }).trimEnd()}\n`);
  return toolExit.ok;
}

async function showAttribute(
  call: ToolCall,
  ticket: string,
  name: string,
  otherwise: string | undefined,
): Promise<number> {
  const value = ticketsIn(await document(call)).get(ticket)?.[name] ?? otherwise;
  if (value === undefined) return toolExit.noSuch;
  call.out(`${value}\n`);
  return toolExit.ok;
}

/** Refuses what can make two sites run the same, or a resource stop, unless it is forced. */
function askForForce(ticket: string, what: "grant" | "revoke"): Ending {
  const reason = what === "grant"
    ? `Nobody here knows whether another site has '${ticket}'; if two sites have it, both run what ` +
      "depends on it"
    : `What depends on '${ticket}' is ended as its constraints say (crm_ticket --ticket ${ticket} ` +
      "--constraints; --standby keeps the ticket)";
  return new Ending(toolExit.denied, `Ticket modification not allowed: ${reason}. Use --force`);
}

async function changeTicket(call: ToolCall, ticket: string, { options }: Given): Promise<number> {
  const set: Record<string, string> = {};
  if (options.has("standby")) set.standby = "true";
  if (options.has("activate")) set.standby = "false";
  const attribute = options.get("set");
  if (attribute !== undefined) {
    const value = options.get("value");
    if (value === undefined) throw usage("Must supply attribute value with -v for -S <attribute>");
    set[attribute] = value;
  }
  if (options.has("grant")) set.granted = "true";
  if (options.has("revoke")) set.granted = "false";
  const unset = options.get("unset");
  if (!options.has("force") && set.granted !== undefined) {
    throw askForForce(ticket, isTrue(set.granted) ? "grant" : "revoke");
  }
  if (!options.has("force") && unset === "granted") throw askForForce(ticket, "revoke");
  if (isTrue(set.granted)) set["last-granted"] = String(Math.floor(call.now() / 1000));
  const removed = unset === undefined ? [] : [unset];
  await change(call, "crm_ticket", (cib) => withTicket(cib, ticket, set, removed));
  return toolExit.ok;
}

async function cleanUp(call: ToolCall, ticket: string, { options }: Given): Promise<number> {
  const known = stateElements(await document(call), ticket)[0]?.attributes;
  if (known === undefined) throw noSuch(ticket);
  if (isTrue(known.granted) && !options.has("force")) throw askForForce(ticket, "revoke");
  await change(call, "crm_ticket --cleanup", (cib) => withoutTicket(cib, ticket));
  call.out(`Cleaned up ${ticket}\n`);
  return toolExit.ok;
}
