/** What is true of a node's own processes. */
export type NodeState = 'running' | 'frozen'

/** What a program printed, and the command that prints the same at a terminal. */
export interface Printed {
  readonly command: string
  readonly text: string
}

/** What is told of one node, the same whatever runs it. */
export interface NodeFacts {
  readonly name: string
  readonly state: 'running' | 'exited'
  /** Its first process, which is PID 1 in a container: number, name and arguments. */
  readonly pid: number
  readonly program: string
  readonly command: string
  /** ISO 8601; empty where it has ended and nobody remembers. */
  readonly startedAt: string
  readonly address: string
  /** What it listens on there, as in `3000/tcp`. */
  readonly ports: readonly string[]
  readonly processes: readonly ProcessFacts[]
  readonly environment: Readonly<Record<string, string>>
}

/** One process of a node. */
export interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  readonly name: string
  readonly command: string
  readonly startedAt: string
  readonly residentKb: number
}

/** All that is known of a node, as the engine tells it, and the readable extract of it. */
export interface Inspection {
  readonly command: string
  readonly full: unknown
  readonly facts: NodeFacts
}

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
export interface NodeEngine {
  /** What a node is. */
  readonly kind: 'processes' | 'containers'
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
  /** The nodes that there are. */
  nodes(): Promise<ReadonlyMap<string, NodeState>>
  /** Stops every node and leaves nothing behind. */
  destroy(): Promise<void>
  endpoints(): Promise<Endpoints>
  /** What the node's services have printed, its last life included: `docker logs`. */
  logs(node: string): Promise<Printed>
  /** Everything about a node: `docker inspect`. */
  inspect(node: string): Promise<Inspection>
  /** The nodes, ended ones included, as a table: `docker ps -a`. */
  list(): Promise<Printed>
  /** What the nodes' images are made of: `docker history`, or the programs' files. */
  images(): Promise<Printed>
  /** Runs a command in a node, with its services' environment: `docker exec`. */
  exec(node: string, command: readonly string[]): Promise<Printed>
  /** Where a node's web application answers, past the load balancer. */
  applicationOf(node: string): { readonly host: string; readonly port: number }
}
