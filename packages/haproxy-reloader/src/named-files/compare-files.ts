import { HaproxyError, listEntries, type PatternEntry, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredFile } from '../plan/desired-file.js'
import type { NamedFiles } from '../running/named-files.js'
import type { FileFinding } from './file-steps.js'
import { isSetAtRuntime } from './list-text.js'
import { listOf } from './set-lists.js'

/** Longest time to read a list, in milliseconds: 100,000 entries take some 200. */
const readTimeoutMs = 10_000

/**
 * Compares files with the disk and with HAProxy.
 *
 * @param confirmed - the files that the worker that answers was known to have
 */
export async function compareFiles(
  { runtime, disk }: { readonly runtime: RuntimeClient; readonly disk: Pick<NamedFiles, 'read'> },
  files: readonly DesiredFile[],
  confirmed: readonly DesiredFile[] | undefined,
  signal: AbortSignal,
): Promise<readonly FileFinding[]> {
  const known = new Map(confirmed?.map(file => [file.path, file]))
  const findings: FileFinding[] = []
  // One after the other: a reply of many entries takes memory. Of several with one path the last counts.
  for (const file of new Map(files.map(each => [each.path, each])).values()) {
    const before = known.get(file.path)
    findings.push({
      file,
      isWritten: (await disk.read(file.path)) === file.text,
      running: isSetAtRuntime(file) ? await runningContent(runtime, file, signal) : 'unknown',
      wasConfirmed: before?.text === file.text && before.use === file.use,
    })
  }
  return findings
}

async function runningContent(
  runtime: RuntimeClient,
  file: DesiredFile,
  signal: AbortSignal,
): Promise<FileFinding['running']> {
  try {
    const running = await listOf(runtime, file).entries({ timeoutMs: readTimeoutMs, signal })
    const desired = listEntries(file.use === 'acl' ? 'acl' : 'map', file.text)
    return isSameEntries(running, desired) ? 'same' : 'other'
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    if (error.code === 'refused' || error.code === 'unsafe-argument') return 'unknown'
    if (error.code === 'reply-too-large') return 'unread'
    throw error
  }
}

/** Compares lists with their order: the first of several entries that match counts. */
function isSameEntries(a: readonly PatternEntry[], b: readonly PatternEntry[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ key, value }, i) => key === b[i]?.key && value === b[i]?.value)
  )
}

/** Describes what others changed of files that were confirmed; undefined if nothing. */
export function fileDrift(findings: readonly FileFinding[]): string | undefined {
  const changes = findings
    .filter(({ wasConfirmed }) => wasConfirmed)
    .flatMap(({ file: { path, use }, isWritten, running }) => [
      ...(running === 'other' ? [`the ${use} ${path} was changed in HAProxy`] : []),
      ...(isWritten ? [] : [`the file ${path} was edited`]),
    ])
  return changes.length === 0 ? undefined : changes.join(', ')
}
