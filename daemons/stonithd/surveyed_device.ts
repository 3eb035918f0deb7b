/**
 * What a survey of all devices holds.
 *
 * @module
 */

/** Devices of one node that are asked at most. */
export const surveyDevicesMax = 256;
/** Characters of what a device said. */
export const surveyDetailMax = 600;

/** What one device of a node has said. */
export interface DeviceAnswer {
  readonly device: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly tookMs: number;
}

/** What one node has said of one device. */
export interface SurveyedDevice extends DeviceAnswer {
  readonly hosts: readonly string[];
}

/** Devices that one node asks now. */
export interface Survey {
  /** Who waits for it: a client of this node, or another node. */
  readonly asker:
    | { readonly type: "local"; readonly service: string; readonly id: string }
    | { readonly type: "node"; readonly node: string; readonly key: string };
  /** Nodes and own devices that have not answered yet. */
  readonly nodes: Set<string>;
  readonly devices: Set<string>;
  readonly answers: Map<string, SurveyedDevice[]>;
}
