/** One pool. */
export interface PoolState {
  /** Name of the pool and of its backend. */
  readonly name: string
  /** Servers of the pool. */
  readonly servers: readonly ServerState[]
}

/** One server: the decision, and its last status in HAProxy. */
export interface ServerState {
  /** Name of the server, which is that of its member. */
  readonly name: string
  /** IP address to which HAProxy connects. */
  readonly address: string
  /** Port to which HAProxy connects. */
  readonly port: number
  /** Weight of the decision, 0 to 256. */
  readonly weight: number
  /** Weight in HAProxy, as its status: 0 while it gets no new client. */
  readonly currentWeight?: number
  /** Health in HAProxy; absent before the first status. */
  readonly health?: 'up' | 'down'
  /** Status in HAProxy: `UP`, `DOWN`, `DRAIN`, `MAINT`, … */
  readonly status?: string
  /** Current sessions. */
  readonly sessions?: number
  /** Queued requests or connections. */
  readonly queued?: number
  /** Sessions since the worker started. */
  readonly totalSessions?: number
  /** Failed connections to it. */
  readonly connectionErrors?: number
  /** Aborted or invalid responses. */
  readonly responseErrors?: number
  /** Its responses with a status of 500 or above. */
  readonly serverErrors?: number
  /** Average response time of its last 1,024 requests, in milliseconds; 0 before the first. */
  readonly responseMs?: number
  /** Result of its last health check, such as `L7OK`; empty before the first, or without checks. */
  readonly check?: string
}
