import { configurationLines, splitWords } from 'haproxy-config-text'
import { isServerOfPool } from '../plan/server-lines.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { ListedGeneration } from './generation.js'
import { fileChanges, textsBefore, withFileChanges, type FileChange } from './file-change.js'
import { poolChanges, withPoolChanges, type PoolChange } from './pool-change.js'
import { textSplices, withoutSplices, withSplices, type TextSplice } from './text-change.js'
import { stateDiff } from './state-diff.js'

/** A generation as its file has it, in format 2: the whole configuration, or its change. */
export interface StoredGeneration extends ListedGeneration {
  readonly before: {
    /** Number of the generation before; 0 if there is none. */
    readonly number: number
    /** The difference from its text; without it, that text is empty or unknown. */
    readonly splices?: readonly TextSplice[]
    /** The difference from its files; without it they are the same, or unknown. */
    readonly files?: readonly FileChange[]
  }
  /** Set if the file is needed that the change begins with. */
  readonly base?: {
    /** The checksum of the file of the generation before. */
    readonly sha256: string
    readonly pools: readonly PoolChange[]
  }
  readonly whole?: RestoredState
  /** Set if the configuration has the lines of its servers; they are found again in the text. */
  readonly hasLines?: true
}

/** The generation before, for the next file. */
export interface GenerationBefore {
  readonly number: number
  readonly state: DesiredState
  /** The files from the last whole one on; undefined if the next file has to be whole. */
  readonly chain?: Chain | undefined
}

/** Files that need each other. */
export interface Chain {
  /** The checksum of its last file. */
  readonly sha256: string
  /** Number of files after the whole one. */
  readonly changes: number
  /** Number of characters in them, and in the whole one. */
  readonly length: number
  readonly wholeLength: number
}

/** Most changes after a whole configuration: to read a generation reads so many files. */
const mostChanges = 20

/** Returns the content of a generation's file. It reads the text. */
export function storedGeneration(
  record: ListedGeneration,
  desired: DesiredState,
  { number, state, chain }: GenerationBefore,
): StoredGeneration {
  const { text, pools, files } = desired
  const old = state.text
  const splices = old === '' ? undefined : textSplices(old, text)
  const changes = splices && fileChanges(state.files, files)
  const before = { number, ...(splices && { splices }), ...(changes && { files: changes }) }
  const stored = { ...record, before, ...('lines' in desired && { hasLines: true as const }) }
  const changed = chain && splices && mayFollow(chain) ? poolChanges(state.pools, pools) : undefined
  if (!chain || !changed)
    return { ...stored, whole: { text, pools, ...(files?.length && { files }) } }
  return { ...stored, base: { sha256: chain.sha256, pools: changed } }
}

function mayFollow({ changes, length, wholeLength }: Chain): boolean {
  return changes < mostChanges && length < wholeLength
}

/** Returns the files that need each other, with one more. */
export function extendedChain(
  chain: Chain | undefined,
  { whole }: StoredGeneration,
  file: { readonly sha256: string; readonly length: number },
): Chain {
  const { sha256, length } = file
  if (whole || !chain) return { sha256, changes: 0, length: 0, wholeLength: length }
  return { ...chain, sha256, changes: chain.changes + 1, length: chain.length + length }
}

/** The configuration of a generation. */
export type RestoredState = Pick<DesiredState, 'text' | 'pools' | 'files'>

/**
 * Returns the configuration of a generation.
 *
 * @param before - the configuration of the generation before; undefined if the file is whole
 */
export function restoredState(
  { before: { splices = [], files: changes }, base, whole }: StoredGeneration,
  before: RestoredState | undefined,
): RestoredState {
  if (whole) return whole
  if (!base || !before) throw new TypeError('Expected a whole configuration, or a change of one')
  const files = changes ? withFileChanges(before.files, changes) : before.files
  return {
    text: withSplices(before.text, splices),
    pools: withPoolChanges(before.pools, base.pools),
    ...(files && { files }),
  }
}

/** Returns the difference from the generation before, as `diff -u` writes it. */
export function storedDiff(
  { number, before }: StoredGeneration,
  { text, files = [] }: Pick<DesiredState, 'text' | 'files'>,
): string {
  const old = before.splices ? withoutSplices(text, before.splices) : ''
  const texts = textsBefore(files, before.files ?? [])
  // Files that did not change, or of which nothing is known, are in neither.
  const changed = files.filter(({ path }) => texts.has(path))
  const former = [...texts].flatMap(([path, known]) =>
    known === undefined ? [] : [{ path, text: known }],
  )
  const names = [`generation ${before.number}`, `generation ${number}`] as const
  return stateDiff({ text: old, files: former }, { text, files: changed }, names)
}

/** Returns the lines of the managed servers of a text. */
export function serverLinesOf({ text, pools }: RestoredState): NonNullable<DesiredState['lines']> {
  const names = new Map(
    pools.map(({ name, servers }) => [name, new Set(servers.map(server => server.name))]),
  )
  const managed = new Set(names.keys())
  return configurationLines(text).flatMap(each => {
    if (!isServerOfPool(each, managed)) return []
    const pool = each.section?.name ?? ''
    const server = splitWords(each.text)[1] ?? ''
    return names.get(pool)?.has(server) ? [{ line: each.line, pool, server }] : []
  })
}
