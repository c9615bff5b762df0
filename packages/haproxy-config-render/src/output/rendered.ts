import type { Layout } from './assemble-output.js'
import {
  managedLines,
  outputLines,
  outputText,
  type ManagedLine,
  type OutputLine,
} from './output-lines.js'
import type { RenderedFile, RenderedFiles } from './rendered-file.js'
import { poolsByName, type Pool } from '../model/proxy-model.js'
import type { Quarantined } from '../model/quarantined.js'
import type { RenderedServer } from './server-line.js'
import type { ServerText } from './server-text.js'

/** A pool as it was rendered. */
export interface RenderedPool {
  /** Name of the pool and of its backend. */
  readonly name: string
  /** Servers of the pool, in the order of their lines. */
  readonly servers: readonly RenderedServer[]
}

/**
 * A configuration, and its servers that can be changed without a reload. `text`,
 * `lines` and `sourceMap` are made when they are first read; so a copy with
 * `{ ...rendered }` makes them all.
 */
export interface Rendered {
  /** The configuration, to be written as HAProxy’s file. */
  readonly text: string
  /**
   * Pools with server lines that `{{servers pool}}` wrote into their own section.
   * Pools and servers that did not change since the last rendering are the same objects.
   */
  readonly pools: readonly RenderedPool[]
  /** The lines of `text` that hold a server of such a pool. */
  readonly lines: readonly ManagedLine[]
  /** The origin of each line of `text`, in order. */
  readonly sourceMap: readonly OutputLine[]
  /**
   * Pools of the model whose servers the template does not read at all: none of
   * their members is in `text`. A misspelled name in the template is one cause.
   */
  readonly unprintedPools: readonly string[]
  /** Members left out: the template cannot print their names or tags. All others are in `text`. */
  readonly quarantined: readonly Quarantined[]
  /** Two renderings with the same object differ at most in the server lines of their `pools`. */
  readonly frame: object
  /** Further files that HAProxy reads; left out if there are none. The same array while none has changed. */
  readonly files?: readonly RenderedFile[]
}

/** The parts of an output, and the server lines of an earlier one. */
interface OutputSource {
  readonly layout: Layout
  readonly pools: readonly Pool[]
  readonly earlier: Map<object, ServerText>
}

/** Returns a rendering whose text and lines are made when they are read. */
export function lazyRendered(
  { layout, pools, earlier }: OutputSource,
  rest: Pick<Rendered, 'pools' | 'unprintedPools' | 'quarantined' | 'frame'>,
): Rendered {
  const byName = poolsByName({ pools })
  let text: string | undefined
  let lines: readonly ManagedLine[] | undefined
  let sourceMap: readonly OutputLine[] | undefined
  return {
    ...rest,
    get text() {
      return (text ??= outputText(layout, byName, earlier))
    },
    get lines() {
      return (lines ??= managedLines(layout, byName))
    },
    get sourceMap() {
      return (sourceMap ??= outputLines(layout, byName))
    },
  }
}

/** Returns a rendering with further files. Its text is still made when it is first read. */
export function withFiles(rendered: Rendered, further: RenderedFiles | undefined): Rendered {
  if (!further) return rendered
  const { files } = further
  // Without findings in a file it stays the array that callers know.
  const more =
    further.quarantined.length === 0
      ? { files }
      : { files, quarantined: [...rendered.quarantined, ...further.quarantined] }
  return Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(rendered),
    ...Object.getOwnPropertyDescriptors(more),
  }) as Rendered
}
