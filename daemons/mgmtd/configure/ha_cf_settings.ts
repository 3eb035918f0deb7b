/**
 * Directives of `ha.cf` that name nodes, times, and how heartbeat works.
 *
 * @module
 */
import type { Line, Read, Reading } from "./ha_cf_reading.ts";
import { millisecondsOf } from "./ha_cf_words.ts";

/** The readers, by directive. */
export const settingDirectives: Readonly<Record<string, Read>> = {
  node: readNodes,
  keepalive: readTime,
  deadtime: readTime,
  initdead: readTime,
  warntime: readTime,
  deadping: readTime,
  udpport: readPort,
  baud: readBaud,
  watchdog: readWatchdog,
  autojoin: readAutojoin,
  compression: readCompression,
  compression_threshold: readThreshold,
  apiauth: readRule,
};

/** What a line may say once: of two values the original would take the last. */
function readOnce({ once }: Reading, { directive, error }: Line): void {
  if (once.has(directive)) {
    error(`${directive} is there twice`, "only one of its values would count", "remove one line");
  }
  once.add(directive);
}

function readNodes({ nodes }: Reading, { words, error }: Line): void {
  if (words.length === 0) {
    error("node names nothing", "expected names of nodes", "write node alice bob");
  }
  for (const word of words) {
    const name = word.toLowerCase();
    if (nodes.includes(name)) {
      error(
        `the node ${name} is there twice`,
        "each node is known by its name, in which capital letters do not matter",
        "remove one, or correct the name",
      );
    } else nodes.push(name);
  }
}

/** A whole number in digits, and nothing else on the line. */
function digitsOf(words: readonly string[]): number {
  const [word = "", ...more] = words;
  return more.length === 0 && /^\d{1,10}$/.test(word) ? Number(word) : NaN;
}

function readTime(reading: Reading, line: Line): void {
  const { times } = reading;
  const { directive, words, error } = line;
  readOnce(reading, line);
  // One word: "1 ms" would be taken for a second.
  const time = words.join(" ");
  const ms = millisecondsOf(time);
  if (ms === undefined) {
    error(
      `"${time}" is not a duration`,
      "expected seconds, or a number with ms, msec, us or usec, up to one hour",
      "write 2 or 500ms",
    );
  } else times.set(directive, ms);
}

function readPort(reading: Reading, { words, shown, error, warning }: Line): void {
  const number = digitsOf(words);
  if (number > 0 && number < 65_536) reading.port = number;
  else error(`"${shown}" is not a port`, "expected digits, 1 to 65535", "write 694");
  if (reading.media.some(({ port }) => port !== undefined)) {
    warning(
      "udpport comes after a medium",
      "the original uses the earlier port for that medium, and so does this import",
      "move udpport before the media",
    );
  }
}

function readBaud(reading: Reading, { words, shown, error }: Line): void {
  const number = digitsOf(words);
  if (number >= 300 && number <= 4_000_000) reading.baud = number;
  else error(`"${shown}" is not a speed`, "expected digits, 300 to 4000000 baud", "write 19200");
}

function readWatchdog(reading: Reading, line: Line): void {
  const { words, shown, error } = line;
  readOnce(reading, line);
  const [path = "", ...more] = words;
  if (path.startsWith("/") && more.length === 0) reading.device = path;
  else {
    error(
      `"${shown}" is not a device`,
      "expected the path of one device",
      "write watchdog /dev/watchdog",
    );
  }
}

function readAutojoin(reading: Reading, line: Line): void {
  const { shown: how, error } = line;
  readOnce(reading, line);
  if (how === "none" || how === "other" || how === "any") reading.autojoin = how;
  else {
    error(`autojoin "${how}" is not valid`, "expected none, other or any", "write one of them");
  }
}

function readCompression(reading: Reading, line: Line): void {
  const { words, error } = line;
  readOnce(reading, line);
  const how = words.join(" ").toLowerCase();
  if (how === "zlib" || how === "bz2") reading.packing = how;
  else {
    error(
      `compression "${how.slice(0, 40)}" is not supported`,
      "expected zlib or bz2",
      "write one of them, or remove the line to use zstd",
    );
  }
}

function readThreshold(reading: Reading, line: Line): void {
  const { words, shown, error } = line;
  readOnce(reading, line);
  const [kibibytes = ""] = words;
  const bytes = /^\d{1,6}$/.test(kibibytes) ? Number(kibibytes) * 1024 : 0;
  if (words.length === 1 && bytes >= 1024 && bytes <= 1024 * 1024) reading.packFromBytes = bytes;
  else {
    error(
      `"${shown}" is not a threshold`,
      "expected a whole number of kB from 1 to 1024",
      "write 2",
    );
  }
}

/** Who may sign on. */
function readRule({ rules }: Reading, { words, error }: Line): void {
  const [client = "", ...who] = words;
  const named = (kind: string) =>
    who.flatMap((word) => word.startsWith(`${kind}=`) ? word.slice(4).split(",") : [])
      .filter((name) => name !== "");
  const isRead = who.length > 0 && who.every((word) => /^[ug]id=[^,]/.test(word));
  if (rules.some((rule) => rule.client === client)) {
    error(
      `apiauth ${client.slice(0, 40)} is there twice`,
      "only one of its rules would hold",
      "write all users and groups of a client on one line",
    );
  }
  if (client === "" || !isRead) {
    error(
      `"${words.join(" ")}" does not name users or groups`,
      "expected a client, then users or groups",
      "write apiauth CLIENT uid=USER,... gid=GROUP,...",
    );
  } else rules.push({ client, users: named("uid"), groups: named("gid") });
}
