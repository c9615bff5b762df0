import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder with the replies of one HAProxy release in each file, by command. */
export const replyFolder = fileURLToPath(new URL('../../test/replies-of-haproxy', import.meta.url))

/** Returns the recorded replies of all releases. */
export function recordedReplies(): string[] {
  return readdirSync(replyFolder).flatMap(file =>
    Object.values(
      JSON.parse(readFileSync(join(replyFolder, file), 'utf8')) as Record<string, string>,
    ),
  )
}
