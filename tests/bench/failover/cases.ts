/**
 * What is measured, on either side.
 *
 * @module
 */
import { now } from "../../lab/observer.ts";
import { sh } from "../../lab/shell.ts";
import type { Client } from "./client.ts";
import type { Side } from "./side.ts";

/** Milliseconds until the Dummy runs, and until the web server answers. */
export interface Figures {
  readonly dummy: number;
  readonly web: number;
}

/** Milliseconds that anything may take. */
const patienceMs = 90_000;

/** Waits until one of the files is there; prints its path and when it was made. */
const waitFor = `
while :; do
  for file in "$@"; do [ -e "$file" ] && exec stat -c '%n %.9Y' "$file"; done
  sleep 0.01
done`;

/** The node, of these, on which the Dummy runs, and since when. */
async function dummyOn(side: Side, among: readonly string[]) {
  const found = await within("the Dummy runs", sh(waitFor, ...among.map(side.stateFile)));
  const at = found.lastIndexOf(" ");
  const node = among.find((node) => side.stateFile(node) === found.slice(0, at)) ?? "";
  return { node, atMs: Number(found.slice(at + 1)) * 1_000 };
}

async function within<T>(what: string, wanted: Promise<T>): Promise<T> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`Not within ${patienceMs} ms: ${what}`)), patienceMs);
  });
  try {
    return await Promise.race([wanted, end]);
  } finally {
    clearTimeout(late);
  }
}

/** Both figures, from the moment at which something happened, on one of these nodes. */
async function runsOn(
  side: Side,
  client: Client,
  among: readonly string[],
  happened: () => Promise<number>,
): Promise<Figures> {
  const answered = client.first(({ host }) => among.includes(host));
  const fromMs = await happened();
  const { atMs } = await dummyOn(side, among);
  const webMs = await within("the web server answers", answered);
  return { dummy: atMs - fromMs, web: webMs - fromMs };
}

/** Has the services run where they are to be: on the coordinator, or not. */
async function place(side: Side, onCoordinator: boolean): Promise<string> {
  await side.stable();
  const dc = await side.coordinator();
  const { node } = await dummyOn(side, side.nodes);
  if ((node === dc) === onCoordinator) return node;
  const to = side.nodes.find((one) => (one === dc) === onCoordinator) ?? "";
  await side.move(to);
  await dummyOn(side, [to]);
  // Not before all of it has moved: what has not would stay.
  await side.stable();
  await side.moveAnywhere();
  await side.stable();
  const [{ node: there }, now] = [await dummyOn(side, side.nodes), await side.coordinator()];
  if ((there === now) !== onCoordinator) throw new Error(`the services are on ${there}`);
  return there;
}

const others = (side: Side, node: string) => side.nodes.filter((one) => one !== node);

async function kill(side: Side, client: Client, isCoordinator: boolean): Promise<Figures> {
  const victim = await place(side, isCoordinator);
  const figures = await runsOn(side, client, others(side, victim), () => side.powerOff(victim));
  await side.start(victim);
  return figures;
}

/** A failure that only a monitor can find, of each of the two; at another phase each time. */
async function fail(side: Side, client: Client): Promise<Figures> {
  await side.stable();
  const { node } = await dummyOn(side, side.nodes);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
  const [dummyMs] = [now()];
  await sh('rm "$1"', side.stateFile(node));
  const { atMs } = await dummyOn(side, side.nodes);
  await side.stable();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
  const { node: there } = await dummyOn(side, side.nodes);
  const killed = await sh(
    `pid=$(cat "$1"); real=$(for p in /proc/[0-9]*; do
grep -qs "^NSpid:.*[[:space:]]$pid\\$" $p/status && readlink $p/ns/net | grep -qxF "$2" && echo "\${p#/proc/}"
done; true); [ -n "$real" ] || { echo "no process $pid" >&2; exit 1; }
kids=$(cat /proc/$real/task/$real/children || true); date +%s%N; kill -9 $real $kids`,
    side.pidFile(there),
    await side.space(there),
  );
  const webMs = Number(killed) / 1e6;
  const answered = await within(
    "the web server answers",
    client.first(({ askedMs }) => askedMs > webMs + 1),
  );
  return { dummy: atMs - dummyMs, web: answered - webMs };
}

async function move(side: Side, client: Client): Promise<Figures> {
  await side.stable();
  const { node } = await dummyOn(side, side.nodes);
  const to = others(side, node)[Math.floor(Math.random() * 2)] ?? "";
  const figures = await runsOn(side, client, [to], () => side.move(to));
  await side.stable();
  await side.moveAnywhere();
  return figures;
}

async function stop(side: Side, client: Client): Promise<Figures> {
  await side.stable();
  const { node } = await dummyOn(side, side.nodes);
  const figures = await runsOn(side, client, others(side, node), () => side.stop(node));
  await side.start(node);
  return figures;
}

async function cold(side: Side, client: Client): Promise<Figures> {
  await side.stable();
  let fromMs = Number.POSITIVE_INFINITY;
  const answered = client.first(({ askedMs }) => askedMs > fromMs);
  fromMs = await side.cold();
  const { atMs } = await dummyOn(side, side.nodes);
  return { dummy: atMs - fromMs, web: await within("the web server answers", answered) - fromMs };
}

/** A measurement. */
export interface Case {
  readonly what: string;
  /** The aim for the Dummy with a deadtime of 200 ms, in milliseconds. */
  readonly aimMs?: number;
  run(side: Side, client: Client): Promise<Figures>;
}

/** All measurements. */
export const cases: Readonly<Record<string, Case>> = {
  cold: { what: "cold start to running", aimMs: 2_000, run: cold },
  kill: {
    what: "a node is killed to started elsewhere",
    aimMs: 500,
    run: (side, client) => kill(side, client, false),
  },
  coordinator: {
    what: "the same, and it is the coordinator",
    aimMs: 500,
    run: (side, client) => kill(side, client, true),
  },
  failure: { what: "failure, 1 s monitor, to recovered", aimMs: 600, run: fail },
  move: { what: "planned move to started", aimMs: 250, run: move },
  stop: { what: "clean stop of a node to started elsewhere", run: stop },
};
