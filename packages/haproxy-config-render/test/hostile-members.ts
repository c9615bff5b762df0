import * as fc from 'fast-check'
import { splitWords } from 'haproxy-config-text'
import { compileTemplate } from '../src/template/compile-template.js'
import { hasControlCharacter } from '../src/model/model-fields.js'
import { buildModel } from '../src/pools/build-model.js'
import type { PoolMember } from '../src/pools/server-from-member.js'

/** Pieces that have meant something to some tool: HAProxy, a shell, Handlebars. */
const pieces = [
  '#',
  '"',
  "'",
  '\\',
  '\\\\',
  '\\n',
  "'\\''",
  '${HOME}',
  '$HOME',
  '%[env(HOME)]',
  '%',
  ';',
  '|',
  '{',
  '}',
  '{{name}}',
  '{{{name}}}',
  '(',
  ')',
  ',',
  '!',
  '-f',
  '/etc/passwd',
  '--',
  'or',
  'if',
  'server evil 10.6.6.6:80',
  'backend x',
  ' ',
  '  ',
  '\u00a0',
  '\u2028',
  '\ud800',
  '🙂',
  '東京',
  's1',
  'web',
  '10.0.0.1',
  '::1',
  'Zürich',
  '__proto__',
  'constructor',
]

/** Pieces that end lines, or that do something to a terminal. */
const controls = [
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\t',
  '\v',
  '\f',
  '\u0085',
  '\u001b[31m',
  '\n  server evil 10.6.6.6:80',
  '\nfrontend x\n bind *:1',
]

const joined = (from: readonly string[]) =>
  fc.array(fc.constantFrom(...from), { maxLength: 6 }).map(list => list.join(''))

/** A text that a node may choose for a name or a tag. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: joined(pieces) },
  { weight: 3, arbitrary: joined([...pieces, ...controls]) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(65_536), `${'x'.repeat(65_535)}\n`) },
)

/** A member with hostile texts in all of its fields. */
export const hostileMember: fc.Arbitrary<PoolMember> = fc.record({
  name: fc.oneof(
    { weight: 2, arbitrary: fc.constant('s1') },
    { weight: 1, arbitrary: hostileText },
  ),
  address: fc.oneof(
    { weight: 19, arbitrary: fc.constant('10.0.0.1') },
    { weight: 1, arbitrary: hostileText },
  ),
  tags: fc.record({ note: hostileText, zone: hostileText }, { requiredKeys: [] }),
})

/** Lines that print names and tags, one for each kind of place that a value can stand in. */
const lines = [
  '# comment {{name}} {{tags.note}} {{tags.zone}}',
  'description {{tags.note}} word',
  'description x{{tags.zone}} word x{{tags.note}}x',
  'description "double {{tags.note}} {{tags.zone}}" tail',
  "description 'single {{tags.note}} {{tags.zone}}' tail",
  'http-response set-header X-Format {{logFormat tags.note}} tail',
  'http-response set-header X-Format "{{logFormat tags.note}} of {{logFormat tags.zone}}" tail',
  'http-response set-header X-Plain {{tags.note}} tail',
  'acl known path {{tags.zone}} tail',
  'http-request deny if { path {{tags.note}} } known',
  'http-request set-header X %[str({{tags.zone}})] tail',
  'server {{name}} {{address}}:{{port}} cookie {{tags.zone}}',
  'use_backend {{name}} if { hdr(host) {{tags.zone}} }',
]

/** Number of kinds of places. */
export const placeCount = lines.length

const templates = lines.map((line, i) =>
  compileTemplate(
    `{{#each pools}}\nbackend {{name}}\n{{#each servers}}\n  ${line}\n{{/each}}\n  {{servers this}}\n{{/each}}\n`,
    { name: `line-${i}.hbs` },
  ),
)

const policy = {
  runtimeSocket: '/run/x.sock',
  frontends: [],
  pools: [{ name: 'app', port: 80, printTags: ['note', 'zone'] }],
}

/** The first word of each line, and how many words it has, as HAProxy would read them. */
function shapeOf(text: string): string {
  return text
    .split('\n')
    .map(line => {
      const words = splitWords(line)
      return `${words[0] ?? ''} ${words.length}`
    })
    .join('\n')
}

const friendly = { name: 's1', address: '10.0.0.1', tags: { note: 'n', zone: 'z' } }
const shapes = templates.map(template => ({
  full: shapeOf(template.render(buildModel([friendly], policy).model).text),
  empty: shapeOf(template.render(buildModel([], policy).model).text),
}))

/** The end of a hostile member. */
export type Ending = 'printed' | 'quarantined' | 'refused'

/**
 * What became of a hostile member in one kind of place. Throws where it added or took away a line,
 * a word or a directive, where the rendering failed, or where the reason for which the
 * template refused it has no place.
 */
export function endingOf(member: PoolMember, place: number): Ending {
  const { model, quarantined } = buildModel([member], policy)
  const rendered = templates[place]?.render(model)
  if (!rendered) throw new RangeError(`there is no place ${place}`)
  const { text, quarantined: refused } = rendered
  const shape = shapes[place]
  const isLeftOut = quarantined.length + refused.length > 0
  if (shapeOf(text) !== (isLeftOut ? shape?.empty : shape?.full))
    throw new Error(`another shape:\n${text}`)
  // A value may hold what looks like one; HAProxy begins a line at a newline and nowhere else.
  if (hasControlCharacter(text.replaceAll('\n', ''))) throw new Error('a control character')
  for (const { reason } of refused)
    if (!reason.includes(`line-${place}.hbs:4:`)) throw new Error(`no place: ${reason}`)
  return quarantined.length > 0 ? 'quarantined' : refused.length > 0 ? 'refused' : 'printed'
}
