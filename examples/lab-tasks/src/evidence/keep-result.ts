import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LabError } from 'serf-haproxy-lab'

/**
 * Writes the result of a measurement as JSON, whole or not at all.
 *
 * @throws LabError that names the file and the reason.
 */
export async function keepResult(file: string, result: object): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.new`, `${JSON.stringify(result)}\n`)
    await rename(`${file}.new`, file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOSPC' ? 'the disk is full' : message
    throw new LabError(
      `The result cannot be kept in ${file}: ${reason}; name another folder with --out`,
      { cause: error },
    )
  }
}

/** Reads the result of a measurement; undefined where it was not made. */
export async function readResult<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as T)
}
