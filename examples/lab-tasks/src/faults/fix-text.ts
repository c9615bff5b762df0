import { shellWord } from 'serf-haproxy-lab'
import type { Fault } from './fault.js'

/** Returns the commands that lead to the cause of a fault, for the lab in this folder. */
export function lookCommands({ look }: Fault, folder: string): string[] {
  return look.map(command =>
    command.replaceAll(/\bFOLDER(\S*)/g, (_, path: string) => shellWord(folder + path)),
  )
}

/** Returns the explanation of a fault of the lab in this folder; `options` lead to the lab. */
export function fixText(fault: Fault, folder: string, options: string): string {
  const { name, symptom, cause, remedy } = fault
  return [
    `${name}: ${symptom}`,
    '',
    'Commands that find the cause:',
    ...lookCommands(fault, folder).map(command => `  ${command}`),
    '',
    `Cause:   ${cause}`,
    `Remedy:  ${remedy}`,
    `Apply it with:  npm run lab -- fix --apply${options}`,
  ].join('\n')
}
