import { columnsOf, linesOf } from '../reply-lines.js'
import type { RunningServer } from './servers-state.js'

/** Results of `check_status` that are a success. */
const passed: ReadonlySet<string> = new Set(['L4OK', 'L6OK', 'L7OK', 'PROCOK'])

/**
 * Returns a server as the replies to `show stat` and `get weight` have it;
 * undefined if they are about another one or cannot be read. HAProxy does not
 * print all of a single server: the other fields are those of `known`.
 */
export function namedServer(
  known: RunningServer,
  { stat, weights }: { readonly stat: string; readonly weights: string },
): RunningServer | undefined {
  const [header = '', row = ''] = linesOf('show stat', stat)
  const columns = columnsOf('show stat', header, ',')
  const fields = row.split(',')
  const field = (column: string) => fields[columns.get(column) ?? -1] ?? ''
  const [, address, port] = /^\[?([^\]]*)\]?:(\d+)$/.exec(field('addr')) ?? []
  const [, weight, initial] = /^(\d+) \(initial (\d+)\)/.exec(weights) ?? []
  if (field('pxname') !== known.pool || field('svname') !== known.name) return undefined
  if (address === undefined || weight === undefined || !columns.has('check_health'))
    return undefined
  const status = field('status')
  return {
    ...known,
    address,
    port: Number(port),
    weight: Number(weight),
    initialWeight: Number(initial),
    admin: adminOf(status, known.admin),
    health: /^(?:DOWN|MAINT)/.test(status) ? 'down' : 'up',
    // In maintenance no check runs, and HAProxy prints none.
    ...(status.startsWith('MAINT') ? {} : checksOf(field, known)),
  }
}

/** Returns the administrative state; the known one for a server that is down, whose status is `DOWN` also while it drains. */
function adminOf(status: string, known: RunningServer['admin']): RunningServer['admin'] {
  if (status.startsWith('MAINT')) return 'maint'
  if (status.startsWith('DRAIN')) return 'drain'
  const isUp = status.startsWith('UP') || status === 'no check'
  return isUp || known === 'maint' ? 'ready' : known
}

function checksOf(
  field: (column: string) => string,
  known: RunningServer,
): Pick<RunningServer, 'checked' | 'agentChecked' | 'passedChecks' | 'lastCheck'> {
  const result = field('check_status').replace(/^\* /, '')
  const checked = result !== ''
  return {
    checked,
    agentChecked: field('agent_status') !== '',
    passedChecks: checked ? Number(field('check_health')) : known.passedChecks,
    lastCheck: checked ? lastCheckOf(result) : known.lastCheck,
  }
}

function lastCheckOf(result: string): RunningServer['lastCheck'] {
  if (passed.has(result)) return 'passed'
  return result === 'INI' || result === 'UNK' ? 'none' : 'failed'
}
