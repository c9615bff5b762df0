import { table } from 'command-line-program'
import { timesText } from '../spread.js'
import type { RunVariant, RunVariants } from './run-variants.js'

const measures: readonly (readonly [string, (variant: RunVariant) => string])[] = [
  ['layers on top of the base', ({ layers }) => String(layers)],
  ['size on top of the base', ({ bytes }) => `${(bytes / 1e6).toFixed(1)} MB`],
  ['first build, without a cache', ({ buildMs }) => timesText([buildMs])],
  ['rebuild after a change of one file', ({ rebuildMs }) => timesText(rebuildMs)],
]

/** The titles and rows of the table of both variants; none if they were not built. */
export function runVariantRows({ variants }: RunVariants): readonly (readonly string[])[] {
  if (!variants) return []
  const { many, one } = variants
  return [
    ['measured', 'one RUN for each command', 'all commands in one RUN'],
    ...measures.map(([what, of]) => [what, of(many), of(one)]),
  ]
}

/** The measurement as a file of evidence. */
export function runVariantsText(measured: RunVariants): string {
  if (!measured.variants) {
    return `Not measured: ${measured.reason}\nThe sizes in images.txt stand for it: they show what both images have in common.\n`
  }
  const { engine, base, variants } = measured
  return [
    `Built with ${engine} on ${base}`,
    '',
    table(runVariantRows(measured).map(row => [...row])),
    '',
    'One RUN for each command:',
    variants.many.dockerfile,
    'All commands in one RUN:',
    variants.one.dockerfile,
  ].join('\n')
}
