/**
 * Directives of `ha.cf` that name links and what is pinged.
 *
 * @module
 */
import { isLinkLocal } from "../../../metadata/special/mod.ts";
import type { Line, Read, Reading } from "./ha_cf_reading.ts";
import type { Interface } from "./ha_cf_types.ts";
import { broadcastOf, isAddress, mcastTrouble } from "./ha_cf_words.ts";

/** The readers, by directive. */
export const mediaDirectives: Readonly<Record<string, Read>> = {
  serial: (reading, { words }) => {
    for (const device of words) {
      reading.media.push({ plugin: "medium/serial", device, baud: reading.baud });
    }
  },
  ping: readPing,
  ping6: readPing,
  ping_group: readPingGroup,
  bcast: readBcast,
  ucast: readUcast,
  ucast6: readUcast,
  mcast: readMcast,
  mcast6: readMcast,
};

/** The address of a device, which has to be known. */
function addressOf(
  { interfaces }: Reading,
  line: Line,
  device: string,
  { six = false, local = false }: { readonly six?: boolean; readonly local?: boolean } = {},
): Interface | undefined {
  const found = interfaces.find(({ name, address }) =>
    name === device && address.includes(":") === six && isLinkLocal(address) === local
  );
  if (found === undefined) {
    line.error(
      `${line.directive} names "${device}"`,
      `its ${local ? "link-local" : six ? "IPv6" : "IPv4"} address is not known`,
      `give it with --interface ${device}=ADDRESS/BITS`,
    );
  }
  return found;
}

const noAddress = ({ directive, error }: Line, host: string) =>
  error(
    `${directive} names "${host}"`,
    "names are not looked up: a name server may be what fails",
    "write its address",
  );

function readPing({ pings }: Reading, line: Line): void {
  for (const host of line.words) {
    if (!isAddress(host)) noAddress(line, host);
    else pings.push({ plugin: "medium/ping", name: host, address: host });
  }
}

function readPingGroup({ pings }: Reading, { words, error }: Line): void {
  const [name = "", ...hosts] = words;
  const wrong = hosts.filter((host) => !isAddress(host));
  if (hosts.length === 0 || wrong.length > 0) {
    error(
      hosts.length === 0 ? `group "${name}" has no host` : `"${wrong.join(" ")}" is not an address`,
      "a group needs at least one address; host names are not looked up",
      "write ping_group NAME ADDRESS...",
    );
  } else pings.push({ plugin: "medium/ping_group", name, addresses: hosts });
}

function readBcast(reading: Reading, line: Line): void {
  if (line.words.length === 0) {
    line.error("bcast names no device", "expected a network interface", "write bcast eth0");
  }
  for (const device of line.words) {
    const own = addressOf(reading, line, device);
    if (own === undefined) continue;
    const { address } = own;
    const broadcast = broadcastOf(own);
    reading.media.push({ plugin: "medium/bcast", address, port: reading.port, broadcast });
  }
}

function readUcast(reading: Reading, line: Line): void {
  const { directive, words: [device = "", host = ""] } = line;
  const { media, port } = reading;
  const own = addressOf(reading, line, device, {
    six: directive === "ucast6",
    local: isLinkLocal(host),
  });
  if (!isAddress(host)) return noAddress(line, host);
  // An entry for oneself is usual and harmless in the original.
  if (own === undefined || host === own.address) return;
  // Link-local addresses are those of an interface, and it is reached by no other.
  const zone = isLinkLocal(own.address) ? { interface: own.name } : {};
  const known = media.findIndex((medium) =>
    medium.plugin === "medium/ucast" && medium.address === own.address &&
    medium.interface === zone.interface
  );
  const peers = media[known]?.peers ?? [];
  if (peers.some(({ address }) => address === host)) {
    return line.warning(
      `${directive} names ${host} twice`,
      "each packet would be sent to it twice",
      "remove one of the lines",
    );
  }
  const medium = {
    plugin: "medium/ucast",
    address: own.address,
    ...zone,
    port: media[known]?.port ?? port,
    peers: [...peers, { address: host, port }],
  };
  if (known < 0) media.push(medium);
  else media[known] = medium;
}

function readMcast(reading: Reading, line: Line): void {
  const { directive, words } = line;
  const [device = "", group = "", port = "", ttl = "1", loop = "0"] = words;
  const six = directive === "mcast6";
  const own = addressOf(reading, line, device, { six });
  const wrong = mcastTrouble(group, port, ttl, loop);
  if (wrong !== undefined) {
    line.error(
      `"${words.join(" ")}": ${wrong}`,
      "expected a device, a group, a port, a ttl and a loop",
      `write ${directive} eth0 ${six ? "ff05::694" : "239.0.0.1"} 694 1 0`,
    );
  }
  if (own === undefined || wrong !== undefined) return;
  reading.media.push({
    plugin: "medium/mcast",
    address: own.address,
    port: Number(port),
    group,
    ttl: Number(ttl),
    loop: loop === "1",
  });
}
