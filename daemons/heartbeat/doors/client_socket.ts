/**
 * What sockets of the original have in common: frames, the identity of a peer, a path that is free.
 *
 * @module
 */
export { claim } from "../clients/claim.ts";
export { framed, FrameReader } from "../clients/frames.ts";
export { askKernel, descriptorOf } from "../clients/peer_credentials.ts";
export type { Credentials } from "../clients/state.ts";
