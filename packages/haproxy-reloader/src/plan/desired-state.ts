/** A server that HAProxy is to have. */
export interface DesiredServer {
  readonly name: string
  readonly address: string
  readonly port: number
  /** 0 to 256; 0 drains. */
  readonly weight: number
  /** The words behind it on its line: checks and the like. */
  readonly options: string
}

/** A backend whose servers are managed. */
export interface DesiredPool {
  readonly name: string
  readonly servers: readonly DesiredServer[]
}

/**
 * A whole configuration, and what of it can be changed at run time. Plain
 * data: whatever `haproxy-config-render` renders fits, and so does your own.
 */
export interface DesiredState {
  readonly text: string
  readonly pools: readonly DesiredPool[]
  /** Which lines of `text` hold a server, so that a refused line can be laid to its door. */
  readonly lines?: readonly {
    readonly line: number
    readonly pool: string
    readonly server: string
  }[]
}
