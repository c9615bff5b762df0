/** Reasons for which a member is left out. */
export type QuarantineCode =
  'name' | 'address' | 'network' | 'port' | 'loop' | 'tag' | 'duplicate' | 'full' | 'rejected'

/** A member that was left out of a pool. */
export interface Quarantined {
  /** Name of the member: untrusted text. */
  readonly member: string
  /** Name of the pool that the member is left out of. */
  readonly pool: string
  /** Kind of the reason. */
  readonly code: QuarantineCode
  /** The reason in words, on one line. */
  readonly reason: string
}
