import { lstatSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { attempt } from '../reload-error.js'
import { found } from './file-place.js'
import type { FormerFile } from './named-files.js'
import { readText } from './read-text.js'

/** The content of the marker file, which exists while HAProxy may run an older text than the file. */
export interface PendingMarker {
  /** The last text that HAProxy loaded successfully; empty if there is none. */
  readonly lastGood: string
  /**
   * Process id of the worker that answered before the reload: any other worker
   * has loaded the file. Undefined if none answered.
   */
  readonly worker: number | undefined
  /** The files that were replaced, as HAProxy loaded them with that text. */
  readonly former: readonly FormerFile[]
}

/** Returns the path of the marker of a configuration file. */
export function markerOf(target: string): string {
  return `${target}.pending`
}

/** Reads the marker. A link, or the file of another user, is none of this program's markers. */
export async function readMarker(target: string): Promise<PendingMarker | undefined> {
  const path = markerOf(target)
  const look = async () => lstatSync(path, { throwIfNoEntry: false })
  const marker = await attempt(`read ${path}`, look)
  if (!marker) return undefined
  const users = [process.getuid?.(), 0, found(() => statSync(target))?.uid]
  if (marker.isSymbolicLink() || !users.includes(marker.uid)) return undefined
  const text = await readText(path)
  return text === undefined ? undefined : parseMarker(text)
}

/** Removes the marker, if there is one. */
export function removeMarker(target: string): Promise<void> {
  const marker = markerOf(target)
  return attempt(`remove ${marker}`, async () => {
    if (found(() => lstatSync(marker))) await rm(marker, { force: true })
  })
}

const filesLine = '# files '

/** Formats a marker. Its heads are comments of HAProxy: an older version takes the second for a part of the text. */
export function formatMarker({ lastGood, worker, former }: PendingMarker): string {
  const files = former.length > 0 || lastGood.startsWith(filesLine)
  const second = files ? `${filesLine}${JSON.stringify(former)}\n` : ''
  return `# worker ${worker ?? 'unknown'}\n${second}${lastGood}`
}

/** Parses a marker. A second head that was damaged is a part of the text, where it is a comment. */
export function parseMarker(text: string): PendingMarker {
  const [head = '', worker] = /^# worker (\d+|unknown)\n/.exec(text) ?? []
  const pid = Number(worker)
  const rest = text.slice(head.length)
  const end = rest.startsWith(filesLine) ? rest.indexOf('\n') + 1 : 0
  const former = formerOf(rest.slice(filesLine.length, end))
  return {
    lastGood: former ? rest.slice(end) : rest,
    worker: Number.isInteger(pid) ? pid : undefined,
    former: former ?? [],
  }
}

function formerOf(json: string): readonly FormerFile[] | undefined {
  try {
    const found: unknown = JSON.parse(json)
    return Array.isArray(found) && found.every(isFormerFile) ? found : undefined
  } catch {
    return undefined
  }
}

function isFormerFile(value: unknown): value is FormerFile {
  if (typeof value !== 'object' || value === null) return false
  const { path, text } = value as Partial<FormerFile>
  return typeof path === 'string' && (text === null || typeof text === 'string')
}
