/** A drain of one member that an operator asked for. */
export interface OperatorDrain {
  /** Name of the member: untrusted text. */
  readonly member: string
  /** Time of the drain, in milliseconds since the epoch. */
  readonly since: number
  /** Reason that the operator gave: untrusted text. @defaultValue none */
  readonly reason?: string
}

/** The drains by member name. */
export type OperatorDrains = ReadonlyMap<string, OperatorDrain>

/** No member is drained by an operator. */
export const noDrains: OperatorDrains = new Map()

/** Describes a drain: since when, and why. */
export function drainText({ since, reason }: OperatorDrain): string {
  return `drained since ${new Date(since).toISOString()}${reason === undefined ? '' : `: ${reason}`}`
}
