/**
 * What each plugin of the project asks of a person: its fields, which of them must be given, which are
 * secret, and what they are if nothing is said.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import type { Manifest } from "../../pils/manifest.ts";
import type { Field } from "../../metadata/field.ts";

const plugins = filePath(new URL("../", import.meta.url));

/** By plugin; one that is not here is new, and says for itself what it asks. */
const asked = `auth/aes256gcm: key!*
auth/crc:
auth/md5: key!*
auth/sha1: key!*
auth/sha256: key!*
compression/bz2:
compression/zlib: level=6
compression/zstd:
encoding/ha: framing="netstring"
encoding/json:
encoding/xml:
encoding/xmlrpc:
medium/bcast: address! broadcast! port=694
medium/corosync: name="heartbeat" library="/usr/lib/x86_64-linux-gnu/libqb.so.100"
medium/disk_ping: name! device!
medium/mcast: address! group! port=694 ttl=1 loop=false
medium/memory: bus! name!
medium/ping: name! address! library
medium/ping_group: name! addresses![] library
medium/serial: device! baud=19200 rtscts=false
medium/ucast: address! interface port=694 peers![](address! port=694)
notifier/log: level="notice"
quorum/majority:
quorum/tiebreaker: nodes=[][]
quorum/two_node:
ra/deno: cluster! node! secrets="/var/lib/pacemaker/lrm/secrets"
stonith/external: device! pcmk_host_list pcmk_host_map pcmk_host_check
stonith/fence: agent! pcmk_host_list pcmk_host_map pcmk_host_check pcmk_host_argument
stonith/ipmilan: hostlist![] address! port=623 username="" password* passwordfile privilege="administrator" cipher="17"
stonith/process: cluster! hostlist!
watchdog/device: device="/dev/watchdog" timeoutMs=10000 holdS=3600
watchdog/process: pid! timeoutMs=10000`;

/** `name!`: it must be given; `name*`: it is secret; `name=1`: the default. */
function text(fields: readonly Field[]): string {
  return fields.map((field) => {
    const marks = `${field.required === true ? "!" : ""}${field.secret === true ? "*" : ""}`;
    const value = field.default === undefined ? "" : `=${JSON.stringify(field.default)}`;
    const inner = field.fields === undefined ? "" : `(${text(field.fields)})`;
    return `${field.fieldname}${marks}${value}${field.isarray === true ? "[]" : ""}${inner}`;
  }).join(" ");
}

Deno.test(
  "each plugin asks what it asked before",
  { permissions: { read: [plugins] } },
  async () => {
    for (const line of asked.split("\n")) {
      const id = line.slice(0, line.indexOf(":"));
      const { default: manifest }: { readonly default: Manifest<readonly Field[]> } = await import(
        `${plugins}/${id}/manifest.ts`
      );
      assert.equal(`${id}: ${text(manifest.config)}`.trim(), line);
    }
  },
);
