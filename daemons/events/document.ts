/**
 * Events from the CIB: what differs between two documents.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { authorIn } from "../cib/doors/author.ts";
import { versionOf } from "../cib/doors/document.ts";
import { permanentOf, transientOf } from "./attributes.ts";
import { changed, childOf } from "./changed.ts";
import { operationsOf } from "./operations.ts";
import type { EventsState, Happened } from "./state.ts";

/** What a change of the document means. */
export function documentChanged(
  state: EventsState,
  before: XmlElement,
  after: XmlElement,
): readonly Happened[] {
  const [was, is] = [before, after].map((of) => childOf(of, "configuration"));
  return [
    ...configurationOf(before, after),
    ...changed(childOf(was, "nodes"), childOf(is, "nodes"), "node").flatMap((pair) =>
      permanentOf(namedOf(pair.after ?? pair.before), pair.before, pair.after)
    ),
    ...changed(childOf(before, "status"), childOf(after, "status"), "node_state")
      .flatMap((pair) => {
        const named = namedOf(pair.after ?? pair.before);
        return [
          ...operationsOf(state, named.node, pair.before, pair.after),
          ...transientOf(named, pair.before, pair.after),
        ];
      }),
  ];
}

function namedOf(of: XmlElement | undefined) {
  const nodeid = of?.attributes.id ?? "";
  return { node: of?.attributes.uname ?? nodeid, nodeid };
}

function configurationOf(before: XmlElement, after: XmlElement): readonly Happened[] {
  const [was, is] = [versionOf(before), versionOf(after)];
  if (was.adminEpoch === is.adminEpoch && was.epoch === is.epoch) return [];
  const author = authorIn(after.attributes);
  const isNew = author !== undefined && author.token !== authorIn(before.attributes)?.token;
  const { user = "", command = "", reason = "" } = isNew ? author : {};
  return [{
    kind: "configuration",
    what: command === ""
      ? `configuration ${is.epoch}`
      : `configuration ${is.epoch}: ${command}${user === "" ? "" : `, by ${user}`}`,
    why: reason,
    facts: { epoch: String(is.epoch), user, command },
  }];
}
