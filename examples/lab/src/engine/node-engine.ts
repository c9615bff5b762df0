import type { Stage } from './stage.js'

/** State of a node's own processes. */
export type NodeState = 'running' | 'frozen'

/** Output of a program, and the command that prints the same at a terminal. */
export interface Printed {
  readonly command: string
  readonly text: string
}

/** Facts of one node, the same for every engine. */
export interface NodeFacts {
  readonly name: string
  readonly state: 'running' | 'exited'
  /** Its first process, which is PID 1 in a container: number, name and arguments. */
  readonly pid: number
  readonly program: string
  readonly command: string
  /** ISO 8601; empty where it has ended and no record is left. */
  readonly startedAt: string
  readonly address: string
  /** Ports that it listens on there, as in `3000/tcp`. */
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

/** The full facts of a node in the form of its engine, and a readable extract. */
export interface Inspection {
  readonly command: string
  readonly full: unknown
  readonly facts: NodeFacts
}

/** Addresses of the programs that the lab queries. */
export interface Endpoints {
  /** Address for the clients. */
  readonly traffic: { readonly host: string; readonly port: number }
  readonly statsUrl: string
  /** The agent's page; undefined where it cannot be reached from this machine. */
  readonly pageUrl?: string
  readonly serf: { readonly host: string; readonly port: number; readonly authKey: string }
  readonly runtimeSocket: string
}

/**
 * Program that runs the lab's nodes. Nodes are `ha` and `s1`, `s2`, …; every call
 * resolves when the node is in the state that was asked for.
 */
export interface NodeEngine {
  /** Kind of thing that a node is. */
  readonly kind: 'processes' | 'containers'
  /** Folder of the lab's files. */
  readonly folder: string
  /** System that its nodes are started with. */
  readonly stage: Stage
  /** Returns whether a lab exists. */
  exists(): Promise<boolean>
  /** Prepares the place for nodes; throws a LabError where a lab exists. */
  create(): Promise<void>
  /** Starts a node and waits until its services are ready. */
  start(node: string): Promise<void>
  /** Stops a node in order: it leaves the cluster, finishes its requests, ends. */
  stop(node: string): Promise<void>
  /** Ends a node as a power failure would. */
  kill(node: string): Promise<void>
  /** Suspends the node's web application; its Serf agent continues. */
  freeze(node: string): Promise<void>
  /** Continues the node's web application; one that runs is not changed. */
  thaw(node: string): Promise<void>
  /** Returns the nodes that run. */
  nodes(): Promise<ReadonlyMap<string, NodeState>>
  /** Stops every node and leaves nothing behind. */
  destroy(): Promise<void>
  endpoints(): Promise<Endpoints>
  /** Returns the output of the node's services, also after its end: `docker logs`. */
  logs(node: string): Promise<Printed>
  /** Returns everything about a node: `docker inspect`. */
  inspect(node: string): Promise<Inspection>
  /** The nodes, ended ones included, as a table: `docker ps -a`. */
  list(): Promise<Printed>
  /** Lists the parts of the nodes' images: `docker history`, or the programs' files. */
  images(): Promise<Printed>
  /** Runs a command in a node, with its services' environment: `docker exec`. */
  exec(node: string, command: readonly string[]): Promise<Printed>
  /** Returns the address of a node's web application, past the load balancer. */
  applicationOf(node: string): { readonly host: string; readonly port: number }
}
