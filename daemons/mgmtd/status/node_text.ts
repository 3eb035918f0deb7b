/**
 * How the node that was asked stands, as text: warnings that go before everything else, and a section
 * of its own.
 *
 * @module
 */
import { seenAsUser } from "../as_user.ts";
import { withCode } from "../../../metadata/code.ts";
import { printableLine } from "../../../metadata/printable.ts";
import { daemonLines, type DaemonsShown, notRunning } from "./daemons_file.ts";
import { isCurrent, type NodeView } from "./node_view.ts";
import { heldBack } from "./held_back.ts";
import { pingText } from "./pings.ts";
import { turnedAwayText } from "./turned_away.ts";
import { watchdogText } from "./watchdog.ts";

/** What must be read before the rest is believed; empty if all is well. */
export function warnings(view: NodeView): readonly string[] {
  if (view.asUser) return [seenAsUser];
  const { node = "this node", quorate, members, viewMs, inStep, silent } = view;
  const lines: string[] = [];
  if (quorate === undefined) {
    lines.push(withCode("HA0004", `${node}: membership does not answer, so quorum is not known`));
  } else if (!quorate) {
    const age = viewMs === undefined ? "" : ` since ${ageText(viewMs)} ago`;
    const alone = members.length === 0 ? "it is in no membership" : `it sees ${members.join(", ")}`;
    lines.push(
      withCode(
        "HA6001",
        `${node} has no quorum${age}: ${alone}. What other nodes run is not known; ` +
          "they are shown as this node knew them last",
      ),
    );
  } else if (!inStep) {
    lines.push(
      withCode(
        "HA0005",
        `${node} does not have the coordinator's CIB yet: what is shown may be old`,
      ),
    );
  }
  lines.push(...strangersLines(view), ...withheldLines(view), ...heldBack(view));
  for (const { daemon, why } of silent) {
    lines.push(withCode("HA0004", `${daemon} does not answer: ${why}`));
  }
  return lines;
}

/** Nodes that could make two clusters of one, as membership sees it. */
function strangersLines({ strangers, foundingRefused }: NodeView): readonly string[] {
  if (foundingRefused !== undefined) return [foundingRefused];
  if (strangers.length === 0) return [];
  return [
    withCode(
      "HA6008",
      `${strangers.join(", ")} ${strangers.length === 1 ? "has" : "have"} the key and ${
        strangers.length === 1 ? "is" : "are"
      } none of this cluster's nodes: another cluster may run the same resources. Fix: add what ` +
        "belongs here with `ha heartbeat add`; give another cluster a key or a name of its own",
    ),
  ];
}

/** Nodes that are heard, and hold up the others, as membership sees it. */
function withheldLines({ withholding, accused }: NodeView): readonly string[] {
  const look = "look for errors in its log and check its disk";
  return [
    ...withholding.map((name) =>
      withCode(
        "HA6010",
        `${name} is heard, and left out for some minutes: it withheld its part of an agreement. ` +
          `Fix: ${look}`,
      )
    ),
    ...accused === undefined ? [] : [withCode(
      "HA6011",
      `The coordinator ${accused} is heard, and decides nothing as far as this node sees. Fix: ${look}`,
    )],
  ];
}

/** The section of the node, with a line break at its end. */
export function nodeText(view: NodeView, daemons?: DaemonsShown): string {
  const { node, quorate, members, view: name, links, peers, pings, watchdog, silent } = view;
  const unheard = peers.filter(({ status }) => status !== "active" && status !== "up");
  const lines = [
    `Node asked: ${node ?? "unknown"}`,
    `  * Membership: ${
      quorate === undefined
        ? "not known"
        : members.length === 0
        ? "none"
        : `[ ${members.join(" ")} ] ${quorate ? "with" : "WITHOUT"} quorum (view ${name})`
    }`,
    ...(links.length === 0
      ? []
      : [`  * Links: ${links.map(({ name, state }) => `${name} ${state}`).join(", ")}`]),
    ...(unheard.length === 0
      ? []
      : [`  * Not heard: ${unheard.map(({ name, status }) => `${name} (${status})`).join(", ")}`]),
    `  * Daemons: ${answersText(silent, daemons)}`,
    ...(daemons === undefined ? [] : daemonLines(daemons)),
    ...turnedAwayText(view.turnedAway),
    ...(isCurrent(view) ? [] : ["  * Data: OLD, see above"]),
  ];
  return `\n${lines.map(printableLine).join("\n")}\n${pingText(pings)}${watchdogText(watchdog)}`;
}

/** Who answers; for those that nobody asks, what their parent knows stands in. */
function answersText(silent: NodeView["silent"], daemons: DaemonsShown | undefined): string {
  if (silent.length > 0) {
    const names = silent.map(({ daemon }) => daemon).join(", ");
    return `${names} do${silent.length === 1 ? "es" : ""} not answer`;
  }
  if (daemons?.silent !== undefined) return "those that are asked answer; their parent does not";
  const absent = notRunning(daemons);
  if (absent.length === 0) return "all answer";
  return absent.map(({ name, state }) => `${name} is ${state}`).join(", ");
}

/** A duration as people say it. */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
