import type { Acceptance } from 'haproxy-config-render'
import { ConfigTextError } from 'haproxy-config-text'
import type { Operation, Plan, Reloader } from 'haproxy-reloader'
import { unifiedDiff } from 'haproxy-reloader/files'
import { HaproxyError } from 'haproxy-runtime'
import { readIfPresent } from '../configuration/read-if-present.js'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import type { Rendering } from './rendering.js'

/** A step at run time, without the options of its server, which may hold secrets. */
export type PlannedOperation = PlannedServerOperation | ListOperation

type ListOperation = Extract<Operation, { readonly path: string }>

/** A step on a server. */
interface PlannedServerOperation {
  /** Kind of the step. */
  readonly kind: Exclude<Operation['kind'], ListOperation['kind']>
  /** Pool of the server. */
  readonly pool: string
  /** Name of the server. */
  readonly server: string
  /** Address that the server gets; absent if the step names only the server. */
  readonly address?: string
  /** Port that the server gets; absent if the step names only the server. */
  readonly port?: number
  /** Weight that the server gets; absent if the step names only the server. */
  readonly weight?: number
}

/** The change that a rendering makes to HAProxy, as plain data without secrets. */
export interface PlannedChange {
  /** `start`: HAProxy does not answer, and the file is prepared for its start. */
  readonly kind: Plan['kind'] | 'start'
  /** Reason for the kind, in words. */
  readonly reason: string
  /** The kind of reason for a reload. */
  readonly trigger?: Plan['trigger']
  /** Steps at run time, in order. */
  readonly operations: readonly PlannedOperation[]
  /** Servers, as `pool/name`, that leave when their sessions have ended. */
  readonly draining: readonly string[]
  /** Ports at which HAProxy could not listen after the reload, with line, reason and remedy. */
  readonly takenPorts?: readonly string[]
  /** HAProxy's report if it would reject the text that it has to load, or the reason why it was not asked. */
  readonly check?: { readonly kind: 'rejected' | 'unchecked'; readonly report: string }
  /**
   * The unified difference from the running text, or from the file if that is not known,
   * and those of the files next to it from the disk.
   */
  readonly difference: string
}

/** The HAProxy that a change is planned for. */
export interface PlannedHaproxy {
  readonly reloader: Pick<Reloader, 'preview'>
  readonly configFile: string
  /** Has HAProxy check a rendering. */
  validate(rendering: Rendering): Promise<Acceptance>
}

/**
 * Reads HAProxy, and returns the change that a rendering would make now. HAProxy
 * checks a text that it would have to load. Changes nothing.
 */
export async function plannedChange(
  { reloader, configFile, validate }: PlannedHaproxy,
  rendering: Rendering,
): Promise<PlannedChange> {
  const { rendered } = rendering
  const difference = (text: string | undefined, fileText: (path: string) => string | undefined) =>
    withoutSecretPlaces(
      unifiedDiff(text ?? readIfPresent(configFile) ?? '', rendered.text, ['running', 'planned']) +
        fileDifferences(rendered, fileText),
    )
  try {
    const { plan, text, takenPorts: taken, files } = await reloader.preview(rendered)
    const onDisk = new Map(files.map(file => [file.path, file.text]))
    const { kind, reason, trigger, draining } = plan
    const operations = plan.operations.map(plannedOperation)
    const why = trigger === undefined ? {} : { trigger }
    const ports = taken.length > 0 && { takenPorts: taken }
    const check = kind === 'reload' ? await objection(validate, rendering) : {}
    const found = { ...why, ...ports, ...check }
    const changed = difference(text, path => onDisk.get(path))
    return { kind, reason, ...found, operations, draining, difference: changed }
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    const reason = `HAProxy does not answer: ${error.message}`
    return {
      kind: 'start',
      reason,
      ...(await objection(validate, rendering)),
      operations: [],
      draining: [],
      difference: difference(undefined, path => readIfPresent(path, path)),
    }
  }
}

/** Returns the objection of HAProxy to a text that it would load, if it has one. */
async function objection(
  validate: PlannedHaproxy['validate'],
  rendering: Rendering,
): Promise<Pick<PlannedChange, 'check'>> {
  try {
    const answer = await validate(rendering)
    if (answer.kind === 'accepted') return {}
    return { check: { kind: 'rejected', report: withoutSecretPlaces(answer.report) } }
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error
    return { check: { kind: 'unchecked', report: error.message } }
  }
}

function fileDifferences(
  { files = [] }: Rendering['rendered'],
  onDisk: (path: string) => string | undefined,
): string {
  const differences = files.map(({ path, text }) =>
    unifiedDiff(onDisk(path) ?? '', text, [path, 'planned']),
  )
  return differences.join('')
}

function plannedOperation(operation: Operation): PlannedOperation {
  if ('path' in operation) return operation
  const { kind, pool } = operation
  if (!('server' in operation)) return { kind, pool, server: operation.name }
  const { name: server, address, port, weight } = operation.server
  return { kind, pool, server, address, port, weight }
}
