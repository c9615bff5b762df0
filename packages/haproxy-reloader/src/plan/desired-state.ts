/** A server that HAProxy shall have. */
export interface DesiredServer {
  readonly name: string
  readonly address: string
  readonly port: number
  /** 0 to 256; 0 drains. */
  readonly weight: number
  /** Its further options on the server line, such as `check inter 1s`. */
  readonly options: string
}

/** A backend with managed servers. */
export interface DesiredPool {
  readonly name: string
  readonly servers: readonly DesiredServer[]
}

/**
 * A whole configuration, and the servers in it that can change at run time.
 * Plain data: the results of `haproxy-config-render` fit, and your own do.
 */
export interface DesiredState {
  readonly text: string
  readonly pools: readonly DesiredPool[]
  /** The server lines of `text`, so that a rejected line can be attributed to its server. */
  readonly lines?: readonly {
    readonly line: number
    readonly pool: string
    readonly server: string
  }[]
}
