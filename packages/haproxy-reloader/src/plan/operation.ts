import type { DesiredServer } from './desired-state.js'

/** One step that a running HAProxy can take without a reload. */
export type Operation =
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
      readonly pool: string
      readonly name: string
      /** True if its agent check has to be stopped, which would set another weight. */
      readonly agentChecked: boolean
    }
  | { readonly kind: 'remove'; readonly pool: string; readonly name: string; readonly cut: boolean }

/** An operation that adds a server, or adds it again. */
export type Addition = Extract<Operation, { readonly kind: 'add' | 'replace' }>

/** Returns whether an operation adds a server. */
export function isAddition(operation: Operation): operation is Addition {
  return operation.kind === 'add' || operation.kind === 'replace'
}
