/**
 * The network of the power switches: a second bridge, with a cable to each machine and the addresses of
 * all controllers.
 *
 * @module
 */
import type { Machine } from "../../lab/machine.ts";
import { sh } from "../../lab/shell.ts";

/** Its first three numbers. A machine has the same last one as on the network of the cluster. */
export const network = "10.9.1";
const bridge = "power0";

const make = `
# Else the bridge takes the address of one of its ports, and another one when that is unplugged.
ip link add ${bridge} address 02:00:00:00:00:01 type bridge forward_delay 0
ip link set ${bridge} up
for address in "$@"; do ip address add "$address/24" dev ${bridge}; done
`;

/** `$1`: name of the machine. `$2`: a namespace as `/proc/ID/ns/net` names it. `$3`: its address. */
const plugIn = `
space=$(echo "$2" | sed 's/[][]/\\\\&/g')
holder=$(find /proc/[0-9]*/ns/net -lname "$space" 2>/dev/null | head -n 1 | cut -d/ -f3)
ip link delete "w-$1" 2>/dev/null || true
ip link add "w-$1" type veth peer name eth1 netns "$holder"
ip link set "w-$1" master ${bridge} up
nsenter -t "$holder" -n -- sh -ec 'ip address add "$1/24" dev eth1; ip link set eth1 up' sh "$3"
`;

/** Makes the network with the addresses of its controllers. */
export const makePowerNetwork = (addresses: readonly string[]): Promise<string> =>
  sh(make, ...addresses);

/** Connects a machine that was switched on. */
export async function connectToPower({ name, address, space }: Machine): Promise<void> {
  await sh(plugIn, name, space, `${network}.${address.slice(address.lastIndexOf(".") + 1)}`);
}

/** The two networks of a machine. */
export type Cable = "cluster" | "power";

/** Pulls a cable of a machine, or plugs it in. @returns when, in milliseconds since 1970. */
export async function cable(node: string, which: Cable, state: "up" | "down"): Promise<number> {
  const link = `${which === "cluster" ? "p" : "w"}-${node}`;
  return Number(await sh('date +%s%N; ip link set "$1" "$2"', link, state)) / 1e6;
}
