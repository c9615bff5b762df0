import { chmod, mkdir, stat } from 'node:fs/promises'
import { LabError } from '../lab-error.js'

/** Creates a folder for keys, or throws where it does not belong to this user; other users get no access. */
export async function requireOwnFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const { uid, mode } = await stat(folder)
    if (uid !== process.getuid?.()) throw new Error('it belongs to another user')
    if ((mode & 0o077) !== 0) await chmod(folder, 0o700)
  } catch (cause) {
    const reason = (cause as Error).message
    throw new LabError(
      `The lab cannot use the folder ${folder}: ${reason}; name another with --folder`,
    )
  }
}
