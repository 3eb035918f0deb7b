/**
 * The disk of a node, which can be taken away while the node runs: its code and its state are on file
 * systems of `bindfs`, a program that can be stopped like any other. Then every access hangs.
 *
 * @module
 */
import { sh } from "../../lab/shell.ts";
import { missing, project } from "../../lab/spaces.ts";
import type { PowerLab } from "./lab.ts";

/** What is missing for it on this machine. */
export const lacking = (): readonly string[] => missing(["/usr/bin/bindfs"]);

/** Folders of the project that a node reads its code from. */
const code = ["daemons", "metadata", "pils", "plugins"];

/** `$1`: the project. `$2`: the folder of the state. The rest: folders of the code. */
const mountAll = `
project=$1; state=$2; shift 2
mkdir -p /run/disk/state "$state"
chmod 700 "$state"
mount -t tmpfs -o size=16m,mode=700 tmpfs /run/disk/state
on() {
  bindfs -f -o nonempty "$1" "$2" </dev/null >/run/disk/log 2>&1 &
  echo $! >>"/run/disk/$3"
  for try in $(seq 100); do
    grep -q " $2 fuse" /proc/mounts && return
    sleep 0.05
  done
  cat /run/disk/log >&2
  exit 1
}
for one in "$@"; do
  mkdir -p "/run/disk/$one"
  mount --bind "$project/$one" "/run/disk/$one"
  on "/run/disk/$one" "$project/$one" code.pids
done
on /run/disk/state "$state" state.pids
`;

/** What is done to the disk of a node. */
export type DiskState =
  | "healthy"
  | "out of the page cache"
  | "project hangs"
  | "project and state hang"
  | "state read-only"
  | "state full"
  | "state hangs";

/** By state: what makes it so on the machine, and what ends it. `$1`: the folder of the state. */
const states: Readonly<Record<DiskState, readonly [begin: string, end: string]>> = {
  "healthy": [":", ":"],
  "out of the page cache": ["sync; echo 3 >/proc/sys/vm/drop_caches", ":"],
  "project hangs": [
    "sync; echo 3 >/proc/sys/vm/drop_caches; kill -STOP $(cat /run/disk/code.pids)",
    "kill -CONT $(cat /run/disk/code.pids)",
  ],
  "project and state hang": [
    "sync; echo 3 >/proc/sys/vm/drop_caches; kill -STOP $(cat /run/disk/code.pids /run/disk/state.pids)",
    "kill -CONT $(cat /run/disk/code.pids /run/disk/state.pids)",
  ],
  // Files that are open stay writable, as they would not; what is opened later is not.
  "state read-only": ['mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"', 'umount -l "$1"'],
  "state full": [
    "dd if=/dev/zero of=/run/disk/state/fill bs=64k 2>/dev/null || true",
    "rm /run/disk/state/fill",
  ],
  "state hangs": [
    "kill -STOP $(cat /run/disk/state.pids)",
    "kill -CONT $(cat /run/disk/state.pids)",
  ],
};

/** All of them. */
export const diskStates: readonly DiskState[] = [
  "healthy",
  "out of the page cache",
  "project hangs",
  "state read-only",
  "state full",
  "state hangs",
  "project and state hang",
];
/** Those that the project runs each time. */
export const mustFence: readonly DiskState[] = ["healthy", "project hangs"];

/**
 * In these states a node leaves its membership as soon as that changes: it may not enter a view that it
 * has not saved. So it fences only what it is asked for before: by a person.
 */
const byOrder: ReadonlySet<DiskState> = new Set([
  "state read-only",
  "state full",
  "state hangs",
  "project and state hang",
]);

const stateFolder = ({ folder }: PowerLab, node: string): string => `${folder}/${node}/state`;

const onMachine = 'enter=$1; script=$2; shift 2; exec $enter sh -ec "$script" sh "$@"';

async function run(lab: PowerLab, node: string, script: string, ...words: readonly string[]) {
  await sh(onMachine, lab.cluster.machine(node).enter.join(" "), script, ...words);
}

/** Puts code and state of a node whose machine is on onto such file systems. */
export const prepareDisk = (lab: PowerLab, node: string): Promise<void> =>
  run(lab, node, mountAll, project, stateFolder(lab, node), ...code);

/** Has something happen to the disk of a node; what is given back ends it. */
export async function disturb(
  lab: PowerLab,
  node: string,
  state: DiskState,
): Promise<AsyncDisposable> {
  const [begin, end] = states[state];
  await run(lab, node, begin, stateFolder(lab, node));
  return { [Symbol.asyncDispose]: () => run(lab, node, end, stateFolder(lab, node)) };
}

/** Milliseconds within which a fencing is waited for. */
const patienceMs = 25_000;

/** How long it took, in milliseconds. */
export interface FencedAfter {
  /** From a person's order to the coordinator until its device has confirmed it. */
  readonly orderMs: number;
  /** From the end of a node until the same; undefined where the coordinator may not fence then. */
  readonly killMs?: number;
}

/** Both, while the disk of the coordinator is in a state; no other node reaches the controllers. */
export async function fencedAfter(lab: PowerLab, state: DiskState): Promise<FencedAfter> {
  const { coordinator, other, victim } = await lab.cast();
  await lab.cable(other, "power", "down");
  try {
    const orderMs = await inState(lab, coordinator, state, () => ordered(lab, coordinator, victim));
    await lab.on(...lab.off);
    if (byOrder.has(state)) return { orderMs };
    return { orderMs, killMs: await inState(lab, coordinator, state, () => killed(lab, victim)) };
  } finally {
    await lab.cable(other, "power", "up");
  }
}

/** Does something while the disk of a node is in a state, and listens to the node again after it. */
async function inState<T>(
  lab: PowerLab,
  node: string,
  state: DiskState,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await using _disk = await disturb(lab, node, state);
    return await work();
  } finally {
    // Its cluster daemon may have ended: the connection to it is gone.
    await lab.observer.listen(node);
  }
}

/** A person has a node fenced by the coordinator. */
async function ordered(lab: PowerLab, by: string, victim: string): Promise<number> {
  const sinceMs = lab.now();
  const { ok, delegate, error } = await lab.order(by, victim, patienceMs);
  const tookMs = Math.round(lab.now() - sinceMs);
  if (!ok) throw new Error(`${victim} is not fenced: ${error}`);
  if (delegate !== by) throw new Error(`${victim} is fenced by ${delegate}, not by ${by}`);
  await lab.lost(victim);
  return tookMs;
}

/** A node loses its power by itself. */
async function killed(lab: PowerLab, victim: string): Promise<number> {
  const death = lab.observer.follow(victim, "");
  const fromMs = await lab.cluster.powerOff(victim);
  const at = await lab.until(`${victim} is fenced`, () => death.at.get("fenced"), patienceMs);
  return Math.round(at - fromMs);
}
