import * as fc from 'fast-check'
import type { FileTree } from '../src/file-tree.js'

const service = fc.constantFrom('a', 'b', 'c', 'd')

/** Mostly one text, so that a tree of many files has a chance to be sound. */
function mostly(usual: string, ...others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  )
}

const line = fc.oneof(
  { weight: 8, arbitrary: service },
  { weight: 2, arbitrary: fc.constantFrom('# note', '', '  a', '\tb', 'all', '.git') },
  { weight: 1, arbitrary: fc.constantFrom('x', 'a ', 'b\r', 's6rc-x') },
)
const lines = fc.array(line, { maxLength: 3 }).map(all => `${all.join('\n')}\n`)

const number = mostly('3\n', '3', '3\n4\n', 'x\n', '4294967296\n', ' 3\n', '-1\n', '4\n\n')

/** Entries of a folder, by their paths. */
const entries = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: service },
      { weight: 1, arbitrary: fc.constantFrom('.gitkeep', 'all', 'x', 'c/', 'd/note', '') },
    ),
    { maxLength: 2 },
  )
  .map(names => Object.fromEntries(names.map(name => [`/${name}`, ''])))

type Part = fc.Arbitrary<Record<string, string>>

const file = (name: string, text: fc.Arbitrary<string>): Part =>
  text.map(content => ({ [name]: content }))

const folder = (name: string): Part =>
  entries.map(all =>
    Object.fromEntries(Object.entries(all).map(([path, text]) => [`${name}${path}`, text])),
  )

const extra: Part = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: file('dependencies', lines) },
  { weight: 3, arbitrary: folder('dependencies.d') },
  { weight: 2, arbitrary: file('contents', lines) },
  { weight: 2, arbitrary: folder('contents.d') },
  { weight: 1, arbitrary: file('producer-for', lines) },
  { weight: 1, arbitrary: file('consumer-for', lines) },
  { weight: 1, arbitrary: file('pipeline-name', mostly('all\n', 'a\n', 'all\nx\n', 's6rc-x\n')) },
  { weight: 1, arbitrary: file('notification-fd', number) },
  { weight: 1, arbitrary: file('lock-fd', number) },
  { weight: 1, arbitrary: file('timeout-up', number) },
  { weight: 1, arbitrary: file('timeout-down', number) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      ...['dependencies.d', 'contents.d', 'data', 'env'].map(name => ({ [name]: '' })),
      ...['run/', 'up/', 'contents/x', 'type/', 'data/', 'producer-for/'].map(n => ({ [n]: '' })),
    ),
  },
)

const type = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('longrun\n', 'oneshot\n') },
  { weight: 7, arbitrary: fc.constantFrom('bundle\n') },
  { weight: 1, arbitrary: fc.constantFrom('longrun', 'longrun\nx\n', 'bundle\r\n', 'x\n') },
)

/** A service that is whole, but for what is added to it or taken out of it. */
const definition = fc
  .tuple(type, fc.array(extra, { maxLength: 3 }), mostly('', 'run', 'type'))
  .map(([text, extras, without]) => {
    const files: Record<string, string> = { type: text, run: '#!/bin/sh\n', up: 'true\n' }
    if (text === 'bundle\n') files['contents'] = '# none\n'
    for (const each of extras) Object.assign(files, each)
    if (without !== '') delete files[without]
    return files
  })

/** Two services that are a pipeline, of which one may be changed. */
const pipeline = fc.constantFrom<Record<string, string>>(
  { 'p/producer-for': 'q\n', 'q/consumer-for': 'p\n', 'q/pipeline-name': 'all\n' },
  { 'p/producer-for': 'q\n', 'q/consumer-for': '# one\n p\n' },
  { 'p/producer-for': 'q\n', 'q/consumer-for': 'p\n', 'q/dependencies': 'p\n' },
  { 'p/producer-for': 'q\n', 'q/consumer-for': 'p\n', 'p/dependencies': 'a\n' },
  { 'p/producer-for': 'q\n', 'q/consumer-for.d/p': '' },
)

const stray = fc.constantFrom<Record<string, string>>(
  ...Array.from({ length: 40 }, () => ({})),
  { README: '' },
  { '.git/type': 'x' },
  { 's6-rc-old': '' },
  { 'n\nl/type': 'longrun\n', 'n\nl/run': '' },
)

/** Source definitions of s6-rc, sound or not. */
export const anySource: fc.Arbitrary<FileTree> = fc
  .tuple(
    fc.dictionary(service, definition, { minKeys: 1, maxKeys: 4 }),
    fc.option(pipeline, { nil: undefined }),
    stray,
  )
  .map(([services, pipes, more]) => {
    const files: Record<string, string> = { ...more }
    for (const [name, own] of Object.entries(services))
      for (const [path, text] of Object.entries(own)) files[`${name}/${path}`] = text
    for (const name of pipes ? ['p', 'q'] : []) {
      Object.assign(files, { [`${name}/type`]: 'longrun\n', [`${name}/run`]: '#!/bin/sh\n' })
    }
    Object.assign(files, pipes)
    const paths = Object.keys(files)
    // A path is a file or a folder, not both; what was put there last counts.
    const isCovered = (path: string) => paths.some(each => each.startsWith(`${path}/`))
    return new Map(
      paths
        .filter(path => !isCovered(path))
        .map(path => [path, { content: files[path] ?? '', mode: 0o644 }]),
    )
  })
