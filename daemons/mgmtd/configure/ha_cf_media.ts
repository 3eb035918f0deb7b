/**
 * Directives of `ha.cf` that name links and what is pinged.
 *
 * @module
 */
import { isLinkLocal } from "../../../metadata/special/mod.ts";
import type { Line, Read, Reading } from "./ha_cf_reading.ts";
import type { ImportedMedium, ImportedPing, Interface } from "./ha_cf_types.ts";
import { broadcastOf, isAddress, mcastTrouble } from "./ha_cf_words.ts";

/** The readers, by directive. */
export const mediaDirectives: Readonly<Record<string, Read>> = {
  serial: (reading, line) => {
    if (line.words.length === 0) {
      line.error("serial names no device", "expected a serial line", "write serial /dev/ttyS0");
    }
    for (const device of line.words) {
      addLink(reading, line, { plugin: "medium/serial", device, baud: reading.baud });
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

/** A link that is not there yet. */
function addLink({ media }: Reading, { directive, error }: Line, link: ImportedMedium): void {
  const isSame = ({ plugin, address, port, group, device }: ImportedMedium) =>
    plugin === link.plugin && address === link.address && port === link.port &&
    group === link.group && device === link.device;
  if (!media.some(isSame)) return void media.push(link);
  const name = link.device ?? [link.address, link.group].filter(Boolean).join(" ");
  error(`${directive} names ${name} twice`, "two links that fail together are one", "remove one");
}

/** A pseudo-member whose name and hosts no other has. */
function addPing({ pings }: Reading, { directive, error }: Line, ping: ImportedPing): void {
  const isSame = (one: ImportedPing) =>
    one.name === ping.name ||
    (ping.address !== undefined && one.address === ping.address);
  if (!pings.some(isSame)) return void pings.push(ping);
  error(`${directive} names ${ping.name} twice`, "its answers would count twice", "remove one");
}

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

function readPing(reading: Reading, line: Line): void {
  if (line.words.length === 0) {
    line.error(`${line.directive} names no host`, "expected addresses", "write ping 10.0.0.254");
  }
  for (const host of line.words) {
    if (!isAddress(host)) noAddress(line, host);
    else addPing(reading, line, { plugin: "medium/ping", name: host, address: host });
  }
}

function readPingGroup(reading: Reading, line: Line): void {
  const { words, error } = line;
  const [name = "", ...hosts] = words;
  const wrong = hosts.filter((host) => !isAddress(host));
  if (hosts.length === 0 || wrong.length > 0) {
    error(
      hosts.length === 0 ? `group "${name}" has no host` : `"${wrong.join(" ")}" is not an address`,
      "a group needs at least one address; host names are not looked up",
      "write ping_group NAME ADDRESS...",
    );
  } else addPing(reading, line, { plugin: "medium/ping_group", name, addresses: hosts });
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
    addLink(reading, line, { plugin: "medium/bcast", address, port: reading.port, broadcast });
  }
}

function readUcast(reading: Reading, line: Line): void {
  const { directive, words: [device = "", host = "", ...more], error } = line;
  if (more.length > 0) {
    error(`"${line.shown}" has more than one host`, "a line names one", "write a line for each");
  }
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
  const [device = "", group = "", port = "", ttl = "1", loop = "0", ...more] = words;
  const six = directive === "mcast6";
  const own = addressOf(reading, line, device, { six });
  const wrong = more.length > 0
    ? "the line has more words than it may have"
    : mcastTrouble(group, port, ttl, loop);
  if (wrong !== undefined) {
    line.error(
      `"${words.join(" ")}": ${wrong}`,
      "expected a device, a group, a port, a ttl and a loop",
      `write ${directive} eth0 ${six ? "ff05::694" : "239.0.0.1"} 694 1 0`,
    );
  }
  if (own === undefined || wrong !== undefined) return;
  addLink(reading, line, {
    plugin: "medium/mcast",
    address: own.address,
    port: Number(port),
    group,
    ttl: Number(ttl),
    loop: loop === "1",
  });
}
