import type { Finding } from './finding.js'
import { valueOf, type ServiceFolder } from '../tree/service-folders.js'

interface Range {
  readonly least: number
  readonly most: number
  /** True if s6-rc reads the whole file; of the others only the first line counts. */
  readonly isWhole?: true
  /** True if s6-rc-compile leaves the check to s6-supervise, which warns. */
  readonly isUnchecked?: true
}

/** One more than the largest number that s6 can read. */
const tooLarge = 2 ** 32
const descriptors: Range = { least: 3, most: 1023 }
const times: Range = { least: 0, most: tooLarge - 1 }

const ranges: Readonly<Record<string, Range>> = {
  'notification-fd': descriptors,
  'lock-fd': descriptors,
  'timeout-kill': times,
  'timeout-finish': times,
  'timeout-up': { ...times, isWhole: true },
  'timeout-down': { ...times, isWhole: true },
  'max-death-tally': { least: 0, most: 4096, isUnchecked: true },
}

/**
 * Looks at the files of a service that hold a number.
 *
 * @param known - the files that are read for its type
 * @param isScanDirectory - true for s6-supervise, which warns and goes on
 */
export function lintNumbers(
  service: ServiceFolder,
  known: readonly string[],
  isScanDirectory: boolean,
): Finding[] {
  const findings = Object.entries(ranges)
    .filter(([field]) => known.includes(field))
    .flatMap(([field, range]) => number(service, field, range))
    .concat(known.includes('lock-fd') ? sameDescriptor(service) : [])
  return isScanDirectory ? findings.map(finding => ({ ...finding, fatal: false })) : findings
}

function number(service: ServiceFolder, field: string, range: Range): Finding[] {
  const { least, most, isWhole, isUnchecked } = range
  const text = isWhole
    ? service.files.get(field)?.content.replace(/\n+$/, '')
    : valueOf(service, field)
  if (text === undefined) return []
  const isNumber = /^\d+$/.test(text)
  if (isNumber && Number(text) >= least && Number(text) <= most) return []
  return [
    {
      rule: 'number',
      service: service.name,
      field,
      found: JSON.stringify(text),
      wanted: `a number from ${least} to ${most}`,
      fatal: !isUnchecked && (!isNumber || Number(text) >= tooLarge),
    },
  ]
}

/** One descriptor cannot be both the lock and the way to tell readiness. */
function sameDescriptor(service: ServiceFolder): Finding[] {
  const [lock, notification] = ['lock-fd', 'notification-fd'].map(f => valueOf(service, f))
  if (lock === undefined || !/^\d+$/.test(lock) || Number(lock) !== Number(notification)) return []
  const wanted = 'another descriptor than that of notification-fd'
  return [
    { rule: 'number', service: service.name, field: 'lock-fd', found: lock, wanted, fatal: true },
  ]
}
