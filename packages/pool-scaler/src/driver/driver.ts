/**
 * Starts and stops the nodes of pools. A call resolves when the order is accepted;
 * the scaler sees from the membership whether it succeeds.
 */
export interface Driver {
  /** Starts one more node of a pool. */
  start(pool: string, signal: AbortSignal): Promise<void>
  /** Stops a node in order: it leaves the cluster, and ends its requests first. */
  stop(pool: string, member: string, signal: AbortSignal): Promise<void>
  /** Removes what is left of a lost node, before its replacement is started. */
  remove(pool: string, member: string, signal: AbortSignal): Promise<void>
}
