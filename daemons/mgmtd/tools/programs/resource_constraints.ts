/**
 * What binds a resource, in the words of `crm_resource --constraints` and `--stack`: locations, and
 * colocations in both directions. Pacemaker follows the colocations of the dependent only.
 *
 * @module
 */
import { type Resource, scoreText, type WorkingSet } from "../../../pengine/doors/model.ts";

/** How far chains of colocations are followed: Pacemaker has no bound, and a chain may be a circle. */
const depthMax = 32;

/** The lines. @param isStack also whom it drags along, through all that it depends on. */
export function constraintLines(
  set: WorkingSet,
  resource: Resource,
  isStack: boolean,
): readonly string[] {
  const locations = locationLines(set, resource);
  const dependents = set.colocations.filter(({ explicit, primary }) =>
    explicit && primary === resource
  );
  return [
    ...titled("Locations:", locations),
    ...titled(
      `Resources ${resource.id} is colocated with:`,
      follow(set, resource, isStack, [resource]),
    ),
    ...titled(
      `Resources colocated with ${resource.id}:`,
      dependents.map(({ dependent, score, id }) =>
        `  * ${dependent.id} (score=${scoreText(score)}, id=${id})`
      ),
    ),
  ];
}

const titled = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines];

/** Those that it depends on, each with its locations. @param path what has been followed already. */
function follow(
  set: WorkingSet,
  resource: Resource,
  isStack: boolean,
  path: readonly Resource[],
): readonly string[] {
  const lines: string[] = [];
  for (const { explicit, dependent, primary, score, id } of set.colocations) {
    if (!explicit || dependent !== resource) continue;
    lines.push(`  * ${primary.id} (score=${scoreText(score)}, id=${id})`);
    const locations = locationLines(set, primary);
    if (locations.length > 0) {
      lines.push("    * Locations:", ...locations.map((line) => `    ${line}`));
    }
    if (isStack && !path.includes(primary) && path.length < depthMax) {
      const more = follow(set, primary, true, [...path, primary]);
      lines.push(
        ...titled(
          `    * Resources ${primary.id} is colocated with:`,
          more.map((line) => `    ${line}`),
        ),
      );
    }
  }
  return lines;
}

/** `  * Node n2 (score=50, id=l1, rsc=g1)`, a line for each node that a constraint has a score for. */
const locationLines = (
  set: WorkingSet,
  resource: Resource,
): readonly string[] =>
  set.locations.filter((one) => one.resource === resource).flatMap(({ id, scores }) =>
    [...scores].map(([node, score]) =>
      `  * Node ${node.name} (score=${scoreText(score)}, id=${id}, rsc=${resource.id})`
    )
  );
