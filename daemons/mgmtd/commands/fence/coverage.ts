/**
 * Who can fence whom from where, out of what all nodes say of their devices.
 *
 * @module
 */

/** What the nodes have said. */
export interface Survey {
  readonly silent: readonly string[];
  readonly nodes: readonly {
    readonly node: string;
    readonly devices: readonly {
      readonly device: string;
      readonly ok: boolean;
      readonly detail: string;
      readonly tookMs: number;
      readonly hosts: readonly string[];
    }[];
  }[];
}

/** One device as one node sees it. */
export interface SeenDevice {
  readonly device: string;
  /** The node that asked it. */
  readonly from: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly tookMs: number;
  /** The nodes that it fences; `*`: every node. */
  readonly hosts: readonly string[];
}

/** All of it. */
export interface Coverage {
  readonly devices: readonly SeenDevice[];
  readonly nodes: readonly {
    readonly node: string;
    /** Devices that can fence it now, with the nodes from which. */
    readonly by: readonly { readonly device: string; readonly from: readonly string[] }[];
  }[];
  readonly silent: readonly string[];
}

/** Works it out. A node is no help against itself: nobody confirms its own end. */
export function coverage({ nodes, silent }: Survey, members: readonly string[]): Coverage {
  const devices = nodes
    .flatMap(({ node, devices }) => devices.map((one): SeenDevice => ({ ...one, from: node })))
    .sort((a, b) => compare(a.device, b.device) || compare(a.from, b.from));
  const names = new Set([...members, ...devices.flatMap(({ hosts }) => hosts)]);
  names.delete("*");
  const covered = [...names].sort().map((node) => {
    const by = new Map<string, string[]>();
    for (const { device, from, ok, hosts } of devices) {
      if (!ok || from === node || !(hosts.includes("*") || hosts.includes(node))) continue;
      by.set(device, [...by.get(device) ?? [], from]);
    }
    return { node, by: [...by].map(([device, from]) => ({ device, from })) };
  });
  return { devices, nodes: covered, silent };
}

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;
