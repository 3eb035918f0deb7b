/** The agents of the class, a line each: the name is the type. */
export * as Example from "./agents/Example/agent.ts";
