/** Reasons for which a member is left out. */
export type QuarantineCode =
  'name' | 'address' | 'network' | 'port' | 'loop' | 'tag' | 'duplicate' | 'full' | 'rejected'

/** A member that was left out of a pool. */
export interface Quarantined {
  readonly member: string
  readonly pool: string
  readonly code: QuarantineCode
  /** The reason in words, on one line. */
  readonly reason: string
}
