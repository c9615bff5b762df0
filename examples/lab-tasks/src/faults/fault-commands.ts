import { table } from 'command-line-program'
import { LabError, type NodeEngine, type Stage } from 'serf-haproxy-lab'
import { makeFault, presentFault, removeFault } from './broken-lab.js'
import { faultNamed, faults } from './faults.js'
import { fixText, lookCommands } from './fix-text.js'

/** Values that `break` and `fix` need of the command line. */
export interface FaultCommandOptions {
  readonly engineFor: (stage?: Stage) => NodeEngine
  readonly isJson: boolean
  /** Options that lead to the selected lab from another terminal. */
  readonly options: string
  readonly signal: AbortSignal
}

/** `npm run lab -- break [NAME]`: lists the faults, or makes one on the lab that runs. */
export async function breakCommand(
  name: string | undefined,
  { engineFor, isJson, options }: FaultCommandOptions,
): Promise<void> {
  if (name === undefined) {
    const rows = faults.map(fault => ({ name: fault.name, symptom: fault.symptom }))
    if (isJson) console.log(JSON.stringify(rows))
    else console.log(table([['fault', 'symptom'], ...rows.map(row => [row.name, row.symptom])]))
    return
  }
  const fault = faultNamed(name)
  await makeFault(await labThatRuns(engineFor, options), fault)
  if (isJson) console.log(JSON.stringify({ fault: fault.name, symptom: fault.symptom }))
  else console.log(`${fault.symptom}\nFind the cause. The answer:  npm run lab -- fix${options}`)
}

/** `npm run lab -- fix`: explains the fault that the lab has, and removes it with `--apply`. */
export async function fixCommand(
  isApplied: boolean,
  { engineFor, isJson, options, signal }: FaultCommandOptions,
): Promise<void> {
  const engine = await labThatRuns(engineFor, options)
  const fault = await presentFault(engine)
  if (!fault) {
    throw new LabError(
      `fix: expected a lab with a fault, got none; make one with: npm run lab -- break NAME${options}`,
    )
  }
  if (isApplied) await removeFault(engine, fault, signal)
  const { name, symptom, cause, remedy } = fault
  const look = lookCommands(fault, engine.folder)
  if (isJson) console.log(JSON.stringify({ name, symptom, look, cause, remedy, isApplied }))
  else if (isApplied) console.log(`Removed ${name}: every node is well again.`)
  else console.log(fixText(fault, engine.folder, options))
}

async function labThatRuns(
  engineFor: FaultCommandOptions['engineFor'],
  options: string,
): Promise<NodeEngine> {
  const engine = engineFor()
  if (await engine.exists()) return engine
  throw new LabError(`No lab runs here: start one with: npm run lab -- reset 6${options}`)
}
