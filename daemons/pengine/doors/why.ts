/**
 * Why a resource is where it is, and a node what it is.
 *
 * @module
 */
export { nodeSentences, sentences, whyNotThere } from "../why/sentences.ts";
export { type Explanation, why } from "../why/why.ts";
export { whyNode } from "../why/why_node.ts";
export { actionNames, actionSentences, whyAction } from "../why/why_action.ts";
