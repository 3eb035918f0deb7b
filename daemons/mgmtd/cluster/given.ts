/**
 * What a person gives to `ha cluster init` and `ha cluster join`, read with all problems at once.
 *
 * @module
 */
import { type Diagnostic, problem } from "../../../metadata/diagnostic.ts";
import { isIPv4, isIPv6 } from "../../../metadata/special/mod.ts";
import { node as nodeName } from "../../../metadata/special/place.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Call } from "../command.ts";
import { readText } from "../../site/bounded_file.ts";

/** An address with a port. */
export interface Endpoint {
  readonly address: string;
  readonly port?: number;
}

/** Where the name of a machine is. */
export const hostnameFile = "/etc/hostname";
const hostnameBytesMax = 4 * 1024;

/** `192.0.2.1`, `192.0.2.1:694`, `2001:db8::1` or `[2001:db8::1]:694`. */
export function readEndpoint(text: string): Endpoint | undefined {
  if (isIPv4(text) || isIPv6(text)) return { address: text };
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+)):(?<port>\d{1,5})$/.exec(text)?.groups;
  const { six, four, port = "" } = found ?? {};
  const isAddress = six !== undefined ? isIPv6(six) : four !== undefined && isIPv4(four);
  const number = Number(port);
  if (!isAddress || number < 1 || number > 65_535) return undefined;
  return { address: six ?? four ?? "", port: number };
}

/** How Deno's flags name it. */
export const netOf = ({ address, port }: Required<Endpoint>): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** Texts of an option that may be there several times, or once. */
export function textsOf({ options }: Pick<Call, "options">, name: string): readonly string[] {
  const value = options[name];
  const list = typeof value === "object" ? value : value === undefined ? [] : [value];
  return list.filter((one) => typeof one === "string");
}

/** The addresses of an option. */
export function endpointsOf(call: Call, name: string, found: Diagnostic[]): readonly Endpoint[] {
  return textsOf(call, name).flatMap((text) => {
    const endpoint = readEndpoint(text);
    if (endpoint === undefined) {
      found.push(wrong(`--${name}`, `"${text}" is no IP address`, "write it as 192.0.2.1"));
    }
    return endpoint ?? [];
  });
}

/** A port of an option. */
export function portOf(
  { options }: Call,
  name: string,
  otherwise: number,
  found: Diagnostic[],
): number {
  const text = options[name];
  if (typeof text !== "string") return otherwise;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    found.push(wrong(`--${name}`, `"${text}" is no port`, "write a number from 1 to 65535"));
  }
  return port;
}

/** The name of this node: the one given, else the name of the machine up to its first dot. */
export async function nodeNameOf({ options }: Call, found: Diagnostic[]): Promise<string> {
  const given = options.node;
  const name = typeof given === "string" ? given : await machineName(found);
  if (name === undefined) return "";
  const refusal = nodeName.refuse(name);
  if (refusal !== undefined || name !== name.toLowerCase()) {
    const fix = "write --node with a name in lower case, such as alice";
    found.push(wrong("--node", `"${name}" is no name of a node`, fix));
  }
  return name;
}

async function machineName(found: Diagnostic[]): Promise<string | undefined> {
  try {
    const text = await readText(hostnameFile, hostnameBytesMax);
    return text.trim().split(".")[0]?.toLowerCase();
  } catch (error) {
    const what = `the name of this machine is not known: ${messageOf(error)}`;
    found.push(wrong("--node", what, "write --node NAME"));
    return undefined;
  }
}

/** Something that a person gave is wrong. */
export const wrong = (option: string, what: string, fix: string): Diagnostic =>
  problem([option], what, "nothing was made", fix, "HA0002");
