import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { keepalivedError } from '../balancers/keepalived-error.js'
import { readIfPresent } from '../configuration/read-if-present.js'
import type { KeepalivedSettings } from '../configuration/keepalived-schema.js'
import type { Configuration } from '../configuration/schema.js'
import { fail, ok, warn, type Finding } from './finding.js'

const check = 'keepalived'

/** The bit of the right to change the network in the capabilities of a process. */
const netAdmin = 1n << 12n

/** Checks that keepalived accepts its configuration, runs, and may raise the address. */
export async function checkBalancers(configuration: Configuration): Promise<readonly Finding[]> {
  const keepalived = configuration.balancers?.keepalived
  if (!keepalived) return []
  // The name of the agent's configuration changes nothing in this check.
  const error = await keepalivedError(configuration, configuration.haproxy.configFile)
  if (error !== undefined) {
    const remedy =
      'install keepalived, or fix `balancers.keepalived`; `keepalived -t -f FILE` shows more'
    return [fail(check, error, remedy)]
  }
  const pid = Number(readIfPresent(keepalived.pidFile, 'balancers.keepalived.pidFile')?.trim())
  return [ok(check, `accepts the configuration of ${keepalived.file}`), running(keepalived, pid)]
}

/** Describes a keepalived by the process in its pid file; it is a finding if that does not run. */
function running({ pidFile, address }: KeepalivedSettings, pid: number): Finding {
  const rights = rightsOf(pid)
  if (rights === undefined) {
    const [host = ''] = address.split('/')
    const isHere = Object.values(networkInterfaces()).some(all =>
      all?.some(one => one.address === host),
    )
    return isHere
      ? fail(
          check,
          `is not running, and this machine has the address ${host}`,
          'remove the address from the interface and from the configuration of the network: keepalived alone sets it',
        )
      : warn(
          check,
          `is not running: no process by ${pidFile}`,
          'start it: systemctl start keepalived',
        )
  }
  return (rights & netAdmin) === 0n
    ? fail(
        check,
        `process ${pid} may not raise the address ${address}`,
        'run it as root, or with the capability CAP_NET_ADMIN',
      )
    : ok(check, `runs as process ${pid}`)
}

/** Returns the effective capabilities of a process; undefined if it does not run. */
function rightsOf(pid: number): bigint | undefined {
  try {
    const [, digits] =
      /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return digits === undefined ? undefined : BigInt(`0x${digits}`)
  } catch {
    return undefined
  }
}
