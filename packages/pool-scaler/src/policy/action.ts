/** One order to the driver, with its reason in words. */
export type Action =
  | {
      /** Starts one more node. */
      readonly kind: 'start'
      /** Name of the pool. */
      readonly pool: string
      /** The reason, in words. */
      readonly reason: string
    }
  | {
      /** Starts a node in the place of a member that was lost or hangs. */
      readonly kind: 'replace'
      /** Name of the pool. */
      readonly pool: string
      /** Name of the member that is replaced: untrusted text. */
      readonly member: string
      /** True if the member is no longer in the pool. */
      readonly isLost: boolean
      /** The reason, in words. */
      readonly reason: string
    }
  | {
      /** Stops a node in order: it leaves the cluster and ends its requests first. */
      readonly kind: 'stop'
      /** Name of the pool. */
      readonly pool: string
      /** Name of the member: untrusted text. */
      readonly member: string
      /** The reason, in words. */
      readonly reason: string
    }
