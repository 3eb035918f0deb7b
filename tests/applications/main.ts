/**
 * A thousand applications for minutes, while apphbd is stopped, its wall clock moves, and the machine is
 * busy: what was announced, and what should have been.
 *
 *     deno task interop applications [--minutes 10]
 *
 * @module
 */
import { Fleet, scratch } from "./fleet.ts";

/** Milliseconds of a round: a pause, a moved clock, planted misses. */
const roundMs = 20_000;
/** Seconds by which the wall clock is moved, in turn. */
const movedS = [3_600, -3_600, 0];
const plantedEach = 10;

/** Makes the library that moves the clock; undefined: there is no compiler. */
async function wallClock() {
  await Deno.mkdir(scratch, { recursive: true });
  const [library, offsetFile] = [`${scratch}/wall_clock.so`, `${scratch}/wall_clock`];
  const source = new URL("./wall_clock.c", import.meta.url).pathname;
  const made = await new Deno.Command("gcc", {
    args: ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"],
  }).output().then(({ success }) => success, () => false);
  if (!made) return undefined;
  await Deno.writeFile(offsetFile, new Uint8Array(8));
  return { library, offsetFile };
}

/** The file stays the one that the daemon has mapped. */
async function move(offsetFile: string, seconds: number): Promise<void> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(seconds), true);
  using file = await Deno.open(offsetFile, { write: true });
  await file.write(bytes);
}

const at = Deno.args.indexOf("--minutes");
const minutes = at < 0 ? 10 : Number(Deno.args[at + 1]);
const clock = await wallClock();
if (clock === undefined) console.log("gcc is not there: the wall clock is not moved");
{
  await using fleet = await Fleet.start(1_000, clock);
  const endMs = performance.now() + minutes * 60_000;
  for (let round = 0; performance.now() < endMs; round++) {
    if (clock !== undefined) await move(clock.offsetFile, movedS[round % movedS.length] ?? 0);
    fleet.plant(plantedEach);
    await fleet.run(roundMs / 2);
    fleet.signal("SIGSTOP");
    await fleet.run(2_000);
    fleet.signal("SIGCONT");
    await fleet.run(roundMs / 2 - 2_000);
  }
  await fleet.run(8_000);
  const verdict = fleet.verdict();
  const isGood = verdict.falseAlarms.length + verdict.silent.length === 0;
  const said = JSON.stringify({ minutes, ...verdict, hours: fleet.hours });
  console.log(`${isGood ? "ok" : "FAILED"} applications: ${said}`);
  if (!isGood) Deno.exitCode = 1;
}
if (clock !== undefined) {
  for (const path of Object.values(clock)) await Deno.remove(path);
}
