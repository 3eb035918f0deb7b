/** The agent as its class takes it: what it is, and where its actions are. */
export { default as manifest } from "./manifest.ts";

/** Loaded in the process of an action only. */
export const actions = () => import("./actions.ts");
