/** A server to add at run time. */
export interface NewServer {
  /** Name, unique in its pool. */
  readonly name: string
  /** IP address to which HAProxy connects. */
  readonly address: string
  /** Port to which HAProxy connects. */
  readonly port: number
  /** Options of a server line, such as `weight 10 check`. @defaultValue none */
  readonly options?: string
  /** True if the pool's `cookie` line says `dynamic`: the server then gets its cookie. @defaultValue false */
  readonly dynamicCookie?: boolean
  /**
   * True if it gets its first client after its first successful health check.
   * It changes nothing for a server without a health check.
   *
   * @defaultValue false
   */
  readonly awaitCheck?: boolean
}
