import { LabError } from 'serf-haproxy-lab'
import type { Fault } from './fault.js'
import { forgottenFreeze } from './forgotten-freeze.js'
import { hangingApplication } from './hanging-application.js'
import { invalidConfiguration } from './invalid-configuration.js'
import { lostSerfAgent } from './lost-serf-agent.js'
import { takenPort } from './taken-port.js'
import { wrongRole } from './wrong-role.js'

/** Faults that `break` can make. */
export const faults: readonly Fault[] = [
  hangingApplication,
  lostSerfAgent,
  invalidConfiguration,
  forgottenFreeze,
  wrongRole,
  takenPort,
]

/** Returns the fault with this name. */
export function faultNamed(name: string): Fault {
  const found = faults.find(fault => fault.name === name)
  if (found) return found
  const names = faults.map(fault => fault.name).join(', ')
  throw new LabError(`break: expected one of ${names}, got ${name}`)
}
