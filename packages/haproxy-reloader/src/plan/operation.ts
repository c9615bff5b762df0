import type { DesiredServer } from './desired-state.js'

/** One step that a running HAProxy can take without a reload. */
export type Operation = ServerOperation | ListOperation

/** One step on a server. */
export type ServerOperation =
  | { readonly kind: 'add'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'set-address'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'set-weight'; readonly pool: string; readonly server: DesiredServer }
  /** Changes the `maxconn` of its options. */
  | { readonly kind: 'set-maxconn'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'check'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'agent-check'; readonly pool: string; readonly server: DesiredServer }
  | { readonly kind: 'enable'; readonly pool: string; readonly server: DesiredServer }
  /** Removes an idle server and adds it again with its present options. */
  | { readonly kind: 'replace'; readonly pool: string; readonly server: DesiredServer }
  | {
      readonly kind: 'drain'
      /** Pool of the server. */
      readonly pool: string
      /** Name of the server. */
      readonly name: string
      /** True if its agent check has to be stopped, which would set another weight. */
      readonly agentChecked: boolean
    }
  | { readonly kind: 'remove'; readonly pool: string; readonly name: string; readonly cut: boolean }

/** The replacement of a map's or an ACL's whole content, in one transaction. */
export interface ListOperation {
  /** Kind of the list. */
  readonly kind: 'set-map' | 'set-acl'
  /** Path of its file, as the configuration names it. */
  readonly path: string
}

/** An operation that adds a server, or adds it again. */
export type Addition = Extract<ServerOperation, { readonly kind: 'add' | 'replace' }>

/** Returns whether an operation adds a server. */
export function isAddition(operation: ServerOperation): operation is Addition {
  return operation.kind === 'add' || operation.kind === 'replace'
}

/** Returns the operations on servers. */
export function serverOperations(operations: readonly Operation[]): readonly ServerOperation[] {
  return operations.filter(operation => 'pool' in operation)
}
