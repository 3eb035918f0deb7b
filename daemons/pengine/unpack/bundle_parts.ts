/**
 * The resources that a bundle implies, as the XML one would have written for them.
 *
 * Their parameters are part of the digests by which a change is noticed, so that each word of
 * them matters: clusters that run these bundles must not restart them.
 *
 * @module
 */
import type { Mount, WrittenBundle } from "./bundle_element.ts";
import { operationElement } from "./remote.ts";
import { makeElement, makeNvpairs, type XmlElement } from "./xml.ts";

/** Mounts that what is inside needs, to be spoken to and to log. */
const ownMounts: readonly Mount[] = [
  { source: "/etc/pacemaker/authkey", target: "/etc/pacemaker/authkey", perReplica: false },
  { source: "/var/log/pacemaker/bundles", target: "/var/log", perReplica: true },
];

/** The clone of what is inside. */
export function instancesElement(bundle: WrittenBundle, inside: XmlElement): XmlElement {
  // Once its element was called "master"; the name of the resource must not change for that.
  const id = `${bundle.id}-${bundle.promotedMax > 0 ? "master" : "clone"}`;
  const meta: [string, string][] = [
    ["ordered", "true"],
    ["clone-max", String(bundle.replicaCount)],
    ["clone-node-max", String(bundle.replicasPerHost)],
    ["globally-unique", String(bundle.replicasPerHost > 1)],
  ];
  if (bundle.promotedMax > 0) {
    meta.push(["promotable", "true"], ["promoted-max", String(bundle.promotedMax)]);
  }
  const set = makeNvpairs("meta_attributes", `${bundle.id}-clone-meta`, meta);
  return makeElement("clone", { id }, [set, inside], bundle.line);
}

/** The address of one replica. */
export function addressElement(
  bundle: WrittenBundle,
  offset: number,
  address: string,
): XmlElement {
  const id = sanitized(`${bundle.id}-ip-${address}`);
  const values: [string, string][] = [["ip", address]];
  if (bundle.hostInterface !== undefined) values.push(["nic", bundle.hostInterface]);
  values.push(["cidr_netmask", bundle.netmask ?? "32"]);
  return part(bundle, id, "IPaddr2", offset, values);
}

/** The container of one replica. */
export function containerElement(
  bundle: WrittenBundle,
  offset: number,
  addresses: readonly (string | undefined)[],
  hasInstance: boolean,
): XmlElement {
  const id = sanitized(`${bundle.id}-${bundle.technology}-${offset}`);
  const { options, mountPoints } = bundle.technology === "rkt"
    ? rktOptions(bundle, offset, addresses, hasInstance)
    : dockerOptions(bundle, offset, addresses, hasInstance);
  const values: [string, string][] = [["image", bundle.image], ["allow_pull", "true"]];
  if (bundle.technology !== "rkt") values.push(["force_kill", "false"]);
  else values.push(["force_kill", "false"]);
  values.push(["reuse", "false"], ["run_opts", options], ["mount_points", mountPoints]);
  const command = bundle.runCommand ?? (hasInstance ? "/usr/sbin/pacemaker-remoted" : undefined);
  if (command !== undefined) values.push(["run_cmd", command]);
  values.push(["monitor_cmd", "/bin/true"]);
  return part(bundle, id, bundle.technology, offset, values);
}

interface Options {
  readonly options: string;
  readonly mountPoints: string;
}

function dockerOptions(
  bundle: WrittenBundle,
  offset: number,
  addresses: readonly (string | undefined)[],
  hasInstance: boolean,
): Options {
  const address = addresses[offset];
  const words: string[] = [];
  if (bundle.technology === "docker") words.push("--restart=no");
  if (bundle.addressStart !== undefined) words.push(`-h ${bundle.id}-${offset}`);
  words.push("-e PCMK_stderr=1");
  if (bundle.containerNetwork !== undefined) words.push(`--net=${bundle.containerNetwork}`);
  words.push(`-e PCMK_remote_port=${bundle.controlPort ?? "3121"}`);
  const mounts = mountsOf(bundle, offset, hasInstance);
  for (const { source, target, options } of mounts) {
    words.push(`-v ${source}:${target}${options === undefined ? "" : `:${options}`}`);
  }
  for (const { source, target } of portsOf(bundle, hasInstance)) {
    if (address !== undefined) words.push(`-p ${address}:${source}:${target}`);
    else if (bundle.containerNetwork !== "host") words.push(`-p ${source}:${target}`);
  }
  if (bundle.launcherOptions !== undefined) words.push(bundle.launcherOptions);
  const hosts = addresses.flatMap((known, index) =>
    known === undefined || !bundle.addHost ? [] : [`--add-host=${bundle.id}-${index}:${known}`]
  );
  // The list of hosts was built with a blank before each, and is so written, even if it is empty.
  words.push(hosts.map((host) => ` ${host}`).join(""));
  return { options: words.map((word) => ` ${word}`).join(""), mountPoints: pointsOf(mounts) };
}

function rktOptions(
  bundle: WrittenBundle,
  offset: number,
  addresses: readonly (string | undefined)[],
  hasInstance: boolean,
): Options {
  const address = addresses[offset];
  const words: string[] = [];
  if (bundle.addressStart !== undefined) words.push(`--hostname=${bundle.id}-${offset}`);
  words.push("--environment=PCMK_stderr=1");
  if (bundle.containerNetwork !== undefined) words.push(`--net=${bundle.containerNetwork}`);
  words.push(`--environment=PCMK_remote_port=${bundle.controlPort ?? "3121"}`);
  const mounts = mountsOf(bundle, offset, hasInstance);
  mounts.forEach(({ source, target, options }, index) => {
    const tail = options === undefined ? "" : `,${options}`;
    words.push(
      `--volume vol${index},kind=host,source=${source}${tail}`,
      `--mount volume=vol${index},target=${target}`,
    );
  });
  for (const { source, target } of portsOf(bundle, hasInstance)) {
    words.push(
      address === undefined
        ? `--port=${target}:${source}`
        : `--port=${target}:${address}:${source}`,
    );
  }
  if (bundle.launcherOptions !== undefined) words.push(bundle.launcherOptions);
  const hosts = addresses.flatMap((known, index) =>
    known === undefined || !bundle.addHost ? [] : [` --hosts-entry=${known}=${bundle.id}-${index}`]
  );
  words.push(hosts.join(""));
  return { options: words.map((word) => ` ${word}`).join(""), mountPoints: pointsOf(mounts) };
}

function mountsOf(bundle: WrittenBundle, offset: number, hasInstance: boolean): readonly Mount[] {
  return [...bundle.mounts, ...(hasInstance ? ownMounts : [])].map((mount) =>
    mount.perReplica ? { ...mount, source: `${mount.source}/${bundle.id}-${offset}` } : mount
  );
}

/** The folders that must exist before the container starts. */
const pointsOf = (mounts: readonly Mount[]): string =>
  mounts.filter((mount) => mount.perReplica).map(({ source }) => source).join(",");

function portsOf(bundle: WrittenBundle, hasInstance: boolean) {
  const port = bundle.controlPort ?? "3121";
  return hasInstance ? [...bundle.ports, { source: port, target: port }] : bundle.ports;
}

function part(
  bundle: WrittenBundle,
  id: string,
  type: string,
  offset: number,
  values: readonly (readonly [string, string])[],
): XmlElement {
  return makeElement(
    "primitive",
    { id, class: "ocf", provider: "heartbeat", type },
    [
      makeNvpairs("instance_attributes", `${bundle.id}-attributes-${offset}`, values),
      makeElement("operations", {}, [operationElement(id, "monitor", "60s")]),
    ],
    bundle.line,
  );
}

/** Characters that an XML id cannot have are replaced. */
const sanitized = (id: string): string => id.replace(/[:#]/g, ".");
