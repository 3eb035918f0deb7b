/**
 * A readable history: which events are worth a line, and the line.
 *
 * @module
 */
import type { Observation } from "./observation.ts";

/** One line, or undefined for what is not worth one. */
export function lineOf(observation: Observation, nowUs: number): string | undefined {
  const said = wordsOf(observation);
  if (said === undefined) return undefined;
  return `${(nowUs / 1_000_000).toFixed(6).padStart(11)} ${said}`;
}

function wordsOf(observation: Observation): string | undefined {
  switch (observation.type) {
    case "fault":
      return `** ${observation.text}`;
    case "switched on":
      return `${observation.device} has switched on ${observation.target}, asked by ${observation.node}`;
    case "calm":
      return observation.on ? "** still" : "** goes on";
    case "booted":
      return `${observation.node} boots, for the ${observation.boot}. time`;
    case "crashed":
      return `${observation.node} is off: ${observation.why}`;
    case "process up":
    case "process down":
    case "process hung":
    case "process resumed":
      return `${observation.node} ${observation.type}: ${observation.process}`;
    case "paused":
    case "resumed":
      return `${observation.node} ${observation.type}`;
    case "active":
      return `${observation.node} runs ${observation.resource}`;
    case "promoted":
    case "demoted":
      return `${observation.node}: ${observation.resource} is ${observation.type}`;
    case "inactive":
      return `${observation.node} runs ${observation.resource} no longer: ${observation.how}`;
    case "fence asked":
      return `${observation.node} asks to fence ${observation.target} (${observation.action})`;
    case "fence confirmed":
    case "fence failed":
      return `${observation.node} hears: ${observation.type} of ${observation.target}`;
    case "operation":
    case "process begins":
    case "process stopping":
    case "stopping":
    case "disk damaged":
    case "client sent":
    case "client received":
    case "packet":
    case "fence ignored":
      return undefined;
    case "log":
      if (observation.level === "debug") return undefined;
      return `${observation.node} ${observation.service}: ${observation.level}: ${observation.text}`;
    case "received":
      return undefined;
    case "sent": {
      const { node, service, message } = observation;
      switch (message.type) {
        case "ccm/evicted":
          return observation.to.service === "observer" ? `${node} is in no view` : undefined;
        case "fence/request":
          return `${node} ${service}: ${message.type} ${message.target}`;
        case "fence/result":
          return `${node} ${service}: ${message.type} ${message.target} ${message.ok}`;
        default:
          return undefined;
      }
    }
  }
}
