import type { DesiredFile } from './desired-file.js'

/** A server that HAProxy shall have. */
export interface DesiredServer {
  /** Name of the server, unique in its pool. */
  readonly name: string
  /** IP address to which HAProxy connects. */
  readonly address: string
  /** Port to which HAProxy connects. */
  readonly port: number
  /** 0 to 256; 0 drains. */
  readonly weight: number
  /** Its further options on the server line, such as `check inter 1s`. */
  readonly options: string
}

/** A backend with managed servers. */
export interface DesiredPool {
  /** Name of the backend in the text. */
  readonly name: string
  /** Servers that the backend shall have, in the order of their lines. */
  readonly servers: readonly DesiredServer[]
}

/**
 * A whole configuration, and the servers in it that can change at run time.
 * Plain data: the results of `haproxy-config-render` fit, and your own do.
 */
export interface DesiredState {
  /** The whole configuration, to be written as HAProxy’s file. */
  readonly text: string
  /** Backends of the text whose servers can change at run time. */
  readonly pools: readonly DesiredPool[]
  /** The server lines of `text`, so that a rejected line can be attributed to its server. */
  readonly lines?: readonly {
    /** Number of the line, from 1. */
    readonly line: number
    /** Pool of the server. */
    readonly pool: string
    /** Name of the server. */
    readonly server: string
  }[]
  /**
   * Stands for the text without the server lines of `pools`. Two states with the
   * identical frame have the same pools in the same order; in each pool a server
   * that did not change is the identical object; each server has one line, made of
   * its fields alone, and the lines of a pool are next to each other. Then a change
   * is applied in its own time, without a comparison of the texts, and `text` and
   * `lines` are read later. Without a frame the texts are compared.
   */
  readonly frame?: object
  /** Files that the text names. The identical array means that no file has changed. */
  readonly files?: readonly DesiredFile[]
}
