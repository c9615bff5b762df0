/** What is true of a node's own processes. */
export type NodeState = 'running' | 'frozen'

/** How to reach what the lab asks for its facts. */
export interface Endpoints {
  /** Where clients are served. */
  readonly traffic: { readonly host: string; readonly port: number }
  readonly statsUrl: string
  readonly serf: { readonly host: string; readonly port: number; readonly authKey: string }
  readonly runtimeSocket: string
}

/**
 * What runs the lab's nodes. Nodes are `ha` and `s1`, `s2`, …; every call
 * resolves when the node is in the state that was asked for.
 */
export interface Engine {
  /** Whether there is a lab to work on. */
  exists(): Promise<boolean>
  /** Makes the place ready for nodes; refuses where a lab is. */
  create(): Promise<void>
  /** Starts a node and waits until its services are ready. */
  start(node: string): Promise<void>
  /** Stops a node in order: it leaves the cluster, finishes its requests, ends. */
  stop(node: string): Promise<void>
  /** Ends a node as a power cut would. */
  kill(node: string): Promise<void>
  /** Stops the node's web application in its tracks; its Serf agent goes on. */
  freeze(node: string): Promise<void>
  /** Lets a frozen web application go on. */
  thaw(node: string): Promise<void>
  /** The nodes that there are. */
  nodes(): Promise<ReadonlyMap<string, NodeState>>
  /** Stops every node and leaves nothing behind. */
  destroy(): Promise<void>
  endpoints(): Promise<Endpoints>
  /** Where a node's web application answers, past the load balancer. */
  applicationOf(node: string): { readonly host: string; readonly port: number }
}
