import { ImageError } from 'lab-images'
import { shellWord } from './shell-word.js'

/** An error that the lab's user can fix: it is printed as one line, and the exit code is 2. */
export class LabError extends Error {
  override readonly name = 'LabError'
}

/** Returns the error of a command that needs a lab; `options` start one in the same place. */
export function noLab(options = ''): LabError {
  return new LabError(`No lab runs here: start one with: npm run lab -- up${options}`)
}

/** The error of a lab whose keys cannot be read. */
export function keysAreGone(cause: Error, folder: string): LabError {
  const remedy = `it is being ended from another terminal; if not, use: npm run lab -- down --folder ${shellWord(folder)}`
  return new LabError(`The lab's keys are gone (${cause.message}): ${remedy}`, { cause })
}

/** Converts errors of the container engine: they are for the lab's user, too. */
export async function asLabError<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    throw cause instanceof ImageError ? new LabError(cause.message, { cause }) : cause
  }
}
