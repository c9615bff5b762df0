import type { Fault } from './fault.js'

/** Returns the explanation of a fault; `options` lead to the lab. */
export function fixText({ name, symptom, look, cause, remedy }: Fault, options: string): string {
  return [
    `${name}: ${symptom}`,
    '',
    'Commands that find the cause (FOLDER is the folder of the lab):',
    ...look.map(command => `  ${command}`),
    '',
    `Cause:   ${cause}`,
    `Remedy:  ${remedy}`,
    `Apply it with:  npm run lab -- fix --apply${options}`,
  ].join('\n')
}
