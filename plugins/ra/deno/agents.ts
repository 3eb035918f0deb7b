/** The agents of the class, a line each: the name is the type. */
export * as Dummy from "./agents/Dummy/agent.ts";
export * as WebServer from "./agents/WebServer/agent.ts";
