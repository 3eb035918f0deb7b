/** The agents of the class, a line each: the name is the type. */
export * as Address from "./agents/Address/agent.ts";
export * as Command from "./agents/Command/agent.ts";
export * as Dummy from "./agents/Dummy/agent.ts";
export * as HttpProbe from "./agents/HttpProbe/agent.ts";
export * as Stateful from "./agents/Stateful/agent.ts";
export * as WebServer from "./agents/WebServer/agent.ts";
