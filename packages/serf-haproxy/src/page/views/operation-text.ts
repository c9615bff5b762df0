import type { Operation } from 'haproxy-reloader'

/** A step at run time, as a generation or a planned change has it. */
export type ShownOperation =
  | Operation
  | {
      readonly kind: string
      readonly pool: string
      readonly server: string
      readonly address?: string
      readonly port?: number
      readonly weight?: number
    }

/** Returns a step at run time in words, such as `add web/s1 at 10.0.0.1:80, weight 100`. */
export function operationText(operation: ShownOperation): string {
  if ('path' in operation) return `${operation.kind} ${operation.path}`
  const { kind, pool } = operation
  if ('name' in operation) return `${kind} ${pool}/${operation.name}`
  const { server } = operation
  if (typeof server === 'object') return `${kind} ${pool}/${server.name}${placeOf(server)}`
  return `${kind} ${pool}/${server}${placeOf(operation as Place)}`
}

/** Address and weight that a server gets. */
interface Place {
  readonly address?: string
  readonly port?: number
  readonly weight?: number
}

function placeOf({ address, port, weight }: Place): string {
  return address === undefined ? '' : ` at ${address}:${port}, weight ${weight}`
}
