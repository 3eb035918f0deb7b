/**
 * Special types for network addresses and names.
 *
 * @module
 */
import { type Special, special } from "./special.ts";

/** Whether the text is an IPv4 address in its one canonical spelling: four numbers, no leading zeros. */
export function isIPv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** Whether the text is an IPv6 address without a zone: eight groups, one `::` at most. */
export function isIPv6(text: string): boolean {
  if (text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text)) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => half === "" ? [] : half.split(":"));
  const tail = groups.at(-1);
  const embedded = tail !== undefined && tail.includes(".") && text.endsWith(tail);
  if (embedded && !isIPv4(tail)) return false;
  const plain = embedded ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = plain.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Whether an IPv6 address is of link scope (RFC 4291): every interface has one, and needs to be named. */
export const isLinkLocal = (address: string): boolean => /^fe[89ab][0-9a-f]:/i.test(address);

/**
 * Whether the text is a host name (RFC 1123). One whose last label is a number is refused, since
 * `127.1` and `0x7f.1` are addresses to a resolver, though not to a person who reads the
 * configuration.
 */
export function isHostname(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false;
  const labels = text.split(".");
  const last = labels.at(-1)!;
  return labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label)) &&
    !/^(?:\d+|0[xX][0-9a-fA-F]*)$/.test(last);
}

/** An IPv4 address. */
export const IPv4: Special = special(
  { noun: "an IPv4 address", example: "192.0.2.7", confined: true, format: "ipv4" },
  isIPv4,
  "an IPv4 address is four numbers from 0 to 255 with dots between, without a mask or leading zeros",
);

/** An IPv6 address. */
export const IPv6: Special = special(
  { noun: "an IPv6 address", example: "2001:db8::7", confined: true, format: "ipv6" },
  isIPv6,
  "an IPv6 address is eight groups of hexadecimal digits, one :: at most, without a mask, zone or brackets",
);

/** An address of either version. */
export const ipaddr: Special = special(
  { noun: "an IP address", example: "192.0.2.7", confined: true },
  (text) => isIPv4(text) || isIPv6(text),
  "an IP address is one host's IPv4 or IPv6 address, without a mask, zone or brackets",
);

/** An address that a group of hosts listens on. */
export const multicast: Special = special(
  { noun: "a multicast address", example: "239.0.0.1", confined: true },
  (text) =>
    (isIPv4(text) && /^2(?:2[4-9]|3\d)\./.test(text)) || (isIPv6(text) && /^ff/i.test(text)),
  "multicast addresses go from 224.0.0.0 to 239.255.255.255 or begin with ff",
);

/** A name to be resolved. */
export const hostname: Special = special(
  { noun: "a host name", example: "node1.example.org", confined: true, format: "hostname" },
  isHostname,
  "a host name is labels of letters, digits and hyphens with dots between, at most 253 characters, the last not a number",
);

/** A name or an address. */
export const host: Special = special(
  { noun: "a host", example: "node1.example.org", confined: true },
  (text) => isHostname(text) || isIPv4(text) || isIPv6(text),
  "a host is one host name or one IP address, without port, mask or wildcard",
);

/** A UDP or TCP port. */
export const port: Special = special(
  { noun: "a port", example: "694", confined: true },
  (text) => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65535,
  "ports go from 1 to 65535",
);

/** The address of a network card. */
export const mac: Special = special(
  { noun: "a MAC address", example: "52:54:00:12:34:56", confined: true },
  (text) => /^[0-9a-f]{2}(?:(:|-)[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i.test(text),
  "a MAC address is six pairs of hexadecimal digits with colons between",
);

/** The name of a network interface of this machine. */
export const networkInterface: Special = special(
  { noun: "a network interface", example: "eth0", confined: true },
  (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(text),
  "an interface's name begins with a letter or digit and has at most 15 of them, dots, hyphens and underscores",
);

/** An HTTP address without credentials: the only ones that fill a template of permissions. */
export const url: Special = special(
  {
    noun: "a URL",
    example: "https://switch.example.org/redfish/v1",
    confined: false,
    format: "uri",
    input: "url",
  },
  isUrl,
  "a URL begins with http or https, names one host, and has no user, password, blank, comma, wildcard or ..",
);

function isUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\p{C},*\\^`{|}<>"']+$/u.test(text) || text.length > 2048) {
    return false;
  }
  if (/(?:^|\/)(?:\.|%2e){2}(?:\/|$|\?|#)/i.test(text) || !URL.canParse(text)) return false;
  const { hostname: name, username, password } = new URL(text);
  const bare = name.replace(/^\[(.*)\]$/, "$1");
  // As written, not only as understood: http://0x7f.1/ is understood as 127.0.0.1.
  const written = text.replace(/^\w+:\/\//, "").split(/[/?#]/)[0]!;
  return username === "" && password === "" && !written.includes("@") &&
    written.toLowerCase().startsWith(name) && (isHostname(bare) || isIPv4(bare) || isIPv6(bare));
}
