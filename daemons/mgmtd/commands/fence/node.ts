/**
 * `ha fence NODE`: has a node fenced by the cluster's devices.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../../../metadata/code.ts";
import { unknownName } from "../../../../metadata/nearest.ts";
import { optionValue } from "../../../pengine/doors/language.ts";
import type { Client } from "../../../runtime/client.ts";
import type { Message } from "../../../runtime/messages.ts";
import type { Call, Command, Io } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";
import { userNames, userOf } from "../../steer/user.ts";
import { durationMs } from "../resource/operate.ts";
import { agrees } from "./agree.ts";

/** What can be done to a node. */
const actions = ["off", "on", "reboot"] as const;
type Action = typeof actions[number];

/** Milliseconds of a request if neither the person nor the configuration says how long. */
const timeoutMsDefault = 60_000;
/** Milliseconds at most that a person may ask for. */
const timeoutMsMax = 3_600_000;
/** Milliseconds that delays and timeouts of the devices may add to it. */
const longerMs = 600_000;
/** Characters of a reason. */
const reasonCharactersMax = 200;

/** `ha fence NODE` */
export const node: Command = {
  path: ["fence"],
  summary: "Have a node fenced by the devices of the cluster, now",
  positionals: "NODE",
  details:
    `The node loses its power without being asked; what it runs is started elsewhere. Without --off,
--on or --reboot it is what the cluster itself does: its option fencing-action. The cluster records
who asked and why: ha fence history.`,
  options: {
    off: { type: "boolean", summary: "Switch it off, and leave it off" },
    on: { type: "boolean", summary: "Switch it on" },
    reboot: { type: "boolean", summary: "Switch it off and on again" },
    reason: { type: "string", value: "TEXT", summary: "Why, for the history" },
    timeout: {
      type: "string",
      value: "TIME",
      summary: "Such as 30s; the option fencing-timeout if left out",
    },
    yes: { type: "boolean", short: "y", summary: "Do it without being asked" },
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON object" },
  },
  grant: (call, where) => ({ ...socketGrant(clusterSocket(call, where)), env: userNames }),
  async run(call, io, where) {
    const wanted = actions.filter((action) => call.options[action] === true);
    const [target, ...more] = call.positionals;
    if (target === undefined || more.length > 0 || wanted.length > 1) {
      const what = "Name one node, and at most one of --off, --on and --reboot";
      io.err(withCode("HA0002", `${what}. Fix: ha fence NODE; ha fence --help lists more\n`));
      return exit.usage;
    }
    return await withNode(
      clusterSocket(call, where),
      io,
      async (client) => await fence({ client, io, call }, target, wanted[0]),
    );
  },
};

interface Talk {
  readonly client: Client;
  readonly io: Io;
  readonly call: Call;
}

async function fence(talk: Talk, word: string, wanted: Action | undefined): Promise<number> {
  const { client, io, call } = talk;
  const { documentOf } = await import("../../steer/node.ts");
  const known = readCib(await documentOf(client));
  const target = known.nodes.find((one) => one.toLowerCase() === word.toLowerCase());
  if (target === undefined) {
    const text = `There is no node ${unknownName(word, known.nodes)}`;
    io.err([withCode("HA0006", `${text} Fix: ha node ls lists them`)]);
    return exit.noSuch;
  }
  const timeout = call.options.timeout ?? optionValue(known.options, "fencing-timeout");
  const timeoutMs = timeout === undefined ? timeoutMsDefault : durationMs(String(timeout));
  if (timeoutMs === undefined || timeoutMs < 1 || timeoutMs > timeoutMsMax) {
    const what = `"${timeout}" is no time from 1ms to ${timeoutMsMax / 60_000}min`;
    io.err([withCode("HA0002", `${what}. Fix: write 30s`)]);
    return exit.invalidParameter;
  }
  const action = wanted ?? usual(known.options);
  const doing = action === "on" ? "It is switched on" : "It loses its power now";
  if (!agrees(call, io, `Fence ${target} (${action})? ${doing}. (y/N)`)) return exit.permission;
  return await ask(talk, target, action, timeoutMs);
}

async function ask(
  { client, io, call }: Talk,
  target: string,
  action: Action,
  timeoutMs: number,
): Promise<number> {
  const id = `fence ${crypto.randomUUID()}`;
  const { reason } = call.options;
  const why = [userOf(), typeof reason === "string" ? reason : ""].filter(Boolean).join(": ")
    .slice(0, reasonCharactersMax);
  const begun = performance.now();
  const { ok, delegate, error = "" } = await client.ask(
    "stonithd",
    {
      type: "fence/request",
      id,
      target,
      action,
      timeoutMs,
      ...(why === "" ? {} : { reason: why }),
    },
    (message): message is Extract<Message, { type: "fence/result" }> =>
      message.type === "fence/result" && message.id === id,
    timeoutMs + longerMs,
  );
  const tookMs = Math.round(performance.now() - begun);
  if (call.options.json === true) {
    io.out(`${JSON.stringify({ target, action, ok, delegate, error, tookMs }, null, 2)}\n`);
  } else if (ok) io.out([`${target} is fenced (${action}) by ${delegate}, after ${tookMs} ms.`]);
  else {
    const fix = "see ha fence test; if you have switched it off by hand, ha fence confirm";
    const text = `${target} could not be fenced (${action}): ${error}`;
    io.err([withCode("HA8001", `${text}. Fix: ${fix}`)]);
  }
  return ok ? exit.ok : exit.error;
}

/** Nodes and options of the cluster, as far as fencing needs them. */
export function readCib(cib: XmlElement): {
  readonly nodes: readonly string[];
  readonly options: ReadonlyMap<string, string>;
} {
  const nodes: string[] = [];
  const options = new Map<string, string>();
  const visit = (element: XmlElement, inOptions: boolean): void => {
    for (const child of element.children) {
      if (child.type !== "element") continue;
      const { name: { raw }, attributes } = child;
      if (raw === "node" && attributes.uname !== undefined) nodes.push(attributes.uname);
      else if (raw === "nvpair" && inOptions && attributes.name !== undefined) {
        options.set(attributes.name, attributes.value ?? "");
      } else if (raw !== "status" && raw !== "resources") {
        visit(child, inOptions || raw === "crm_config");
      }
    }
  };
  visit(cib, false);
  return { nodes, options };
}

function usual(options: ReadonlyMap<string, string>): Action {
  const said = optionValue(options, "fencing-action") ?? "reboot";
  return said === "off" || said === "poweroff" ? "off" : "reboot";
}
