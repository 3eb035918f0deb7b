/** The agent as its class takes it: what it is, and where its actions and its service are. */
export { default as manifest } from "./manifest.ts";

/** Loaded in the process of an action only. */
export const actions = () => import("./actions.ts");

/** Loaded in the process of the service only. */
export const service = () => import("./service.ts");
