import { lstatSync } from 'node:fs'
import { attempt } from '../reload-error.js'
import { replaceFile } from '../replace-file.js'
import { giveFile, type FileOwnership } from './file-ownership.js'
import { found } from './file-place.js'

/** Mode of new files; a configuration may hold secrets. */
const privateMode = 0o600

/**
 * Writes a file with the owner and the mode of another, but for those of `ownership`. A
 * user other than root may have to take the owner of the other over.
 *
 * @throws ReloadError `file`
 */
export function writeLike(
  path: string,
  text: string,
  { model, ownership }: { model: string; ownership: FileOwnership } = {
    model: path,
    ownership: {},
  },
): Promise<void> {
  return attempt(`write ${path}`, async () => {
    const like = found(() => lstatSync(model))
    const mode = like?.isFile() ? like.mode & 0o7777 : privateMode
    await replaceFile(path, text, {
      mode: ownership.mode ?? mode,
      owner: like?.isFile() ? like : undefined,
      prepare: file => giveFile(file, ownership),
    })
  })
}
