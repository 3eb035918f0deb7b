/**
 * What happens to an application, as apphbd passes it to the recovery manager: one line over the
 * standard output that the recovery manager reads of its child.
 *
 * @module
 */
import { count, integer, object, oneOf, Refusal, writable } from "../runtime/reader.ts";
import { applicationEvents } from "../site/node_config/application_events.ts";

/** The events, under the names of the original without `APPHB_`. */
export type ApplicationEvent = typeof applicationEvents[number];

/** Largest numbers of Linux. */
const pidMax = 4_194_304;
const idMax = 4_294_967_295;

const readFields = object({
  name: writable(255),
  event: oneOf(...applicationEvents),
  pid: integer(0, pidMax),
  started: count,
  uid: integer(0, idMax),
  gid: integer(0, idMax),
});

/** Something that happened to an application. */
export interface Happened {
  readonly name: string;
  readonly event: ApplicationEvent;
  /** Of the process that registered. */
  readonly pid: number;
  readonly started: number;
  readonly uid: number;
  readonly gid: number;
}

const prefix = "app ";
const givenUpPrefix = "givenup ";

/** The line, without its end. */
export const happenedLine = (happened: Happened): string => prefix + JSON.stringify(happened);

/** Reads such a line; undefined: it is another, or cannot be read. */
export function readHappened(line: string): Happened | undefined {
  const value = jsonAfter(prefix, line);
  const read = value === undefined ? undefined : readFields(value);
  return read instanceof Refusal ? undefined : read;
}

/** What the recovery manager answers: it has given an application up, or tries again. */
export interface GivenUp {
  readonly name: string;
  readonly givenUp: boolean;
}

const readAnswer = object({ name: writable(255), givenUp: (value) => value === true });

/** The line, without its end. */
export const givenUpLine = (answer: GivenUp): string => givenUpPrefix + JSON.stringify(answer);

/** Reads such a line. */
export function readGivenUp(line: string): GivenUp | undefined {
  const value = jsonAfter(givenUpPrefix, line);
  const read = value === undefined ? undefined : readAnswer(value);
  return read instanceof Refusal ? undefined : read;
}

function jsonAfter(start: string, line: string): unknown {
  if (!line.startsWith(start)) return undefined;
  try {
    return JSON.parse(line.slice(start.length));
  } catch {
    return undefined;
  }
}
