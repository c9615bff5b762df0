// The configuration reference, made from the JSON Schema of the configuration.
import { stringify } from 'yaml'

const head = `# Configuration reference

<!-- Made by \`npm run reference\` from the schema of the configuration; edit the schema instead. -->

Every field of \`serf-haproxy.yaml\`. \`serf-haproxy init\` writes a commented file to start from, and [operations](operations.md) explains the fields in use. Editors complete and check the file with its JSON Schema, which \`init\` writes next to it; programs find it as \`serf-haproxy/schema.json\`.

- A path such as \`haproxy.configFile\` is a key in a section; \`pools[]\` is each element of a list.
- Paths of files and sockets are relative to the folder of the configuration file. Times are whole milliseconds.
- A field without a default may be left out, unless it is required. Unknown fields are errors.
- \`--set serf.rpc=10.0.0.1:7373\` and the environment (\`SERF_HAPROXY_SERF_RPC\`) override single values outside of lists.
- The agent applies a change of the file while it runs, after it has validated it.
`

/** Units by the end of a field's name. */
const units = [
  [/Ms$/, 'ms'],
  [/PerSecond$/, '1/s'],
  [/Share$/, 'share of 1'],
  [/^percent$/, '%'],
]

/**
 * Lists all fields of a JSON Schema, each before those below it.
 *
 * @returns path, schema, whether it is required, and unit of each field
 */
export function fieldsOf(schema, path = '', unit = '') {
  const { properties = {}, required = [], items, anyOf = [] } = schema
  return [
    ...Object.entries(properties).flatMap(([name, field]) => {
      const below = path === '' ? name : `${path}.${name}`
      // The unit of a number is also that of the value that stands for it.
      const own = units.find(([end]) => end.test(name))?.[1] ?? (name === 'default' ? unit : '')
      return [
        { path: below, field, isRequired: required.includes(name), unit: own },
        ...fieldsOf(field, below, own),
      ]
    }),
    ...(items ? fieldsOf(items, `${path}[]`) : []),
    ...anyOf.flatMap(one => fieldsOf(one, path, unit)),
  ]
}

/** Makes the reference of a JSON Schema, as Markdown. */
export function configurationReference(schema) {
  const sections = new Map([['Top level', []]])
  for (const one of fieldsOf(schema)) {
    const [, section] = /^([^.[]+)(?:\[\])?\./.exec(one.path) ?? []
    const title = section ?? (hasFields(one.field) ? one.path : 'Top level')
    sections.set(title, [...(sections.get(title) ?? []), one])
  }
  return [head, ...[...sections].map(([title, fields]) => sectionText(title, fields))].join('\n')
}

function sectionText(title, fields) {
  const group = fields.find(({ path }) => path === title)
  const lines = fields.filter(one => one !== group).map(row)
  return [
    `## ${title === 'Top level' ? title : `\`${title}\``}\n`,
    ...(group ? [`${groupText(group)}\n`] : []),
    '| field | type | default | unit | meaning | example |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n')
}

function groupText({ field, isRequired }) {
  return `${field.description}. ${field.items ? 'A list' : 'A section'}${isRequired ? '; required' : ''}.`
}

function row({ path, field, isRequired, unit }) {
  const { default: value, description, examples } = field
  const isSection = typeof field.properties === 'object'
  const shown = value === undefined || isSection ? '' : code(value)
  const samples = examples ?? (value === undefined || isSection ? [] : [value])
  const cells = [
    `\`${path}\``,
    typeText(field),
    isRequired ? 'required' : shown,
    unit,
    description,
    samples.map(code).join('<br>'),
  ]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function hasFields(schema) {
  return [schema, schema.items ?? {}].some(({ properties }) => properties !== undefined)
}

/** Formats a value as in the file. */
function code(value) {
  return `\`${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\``
}

/** Describes the type of a field, such as `whole number, 1 to 256, or { tag, default }`. */
function typeText(schema) {
  const { type, enum: values, anyOf, items, properties, additionalProperties } = schema
  if (anyOf) return anyOf.map(typeText).join(', or ')
  if (values) return values.map(code).join(', ')
  if (properties) return `\`{ ${Object.keys(properties).join(', ')} }\``
  if (items) return `list of ${typeText(items)}`
  if (type === 'object') return `map of ${typeText(additionalProperties)}`
  if (Array.isArray(type)) return type.map(one => typeText({ type: one })).join(' or ')
  if (type === 'integer' || type === 'number') return numberText(schema)
  return type === 'string' ? 'text' : type
}

function numberText({ type, minimum, maximum = Number.MAX_SAFE_INTEGER }) {
  const name = type === 'integer' ? 'whole number' : 'number'
  if (minimum === undefined) return name
  const range = maximum < Number.MAX_SAFE_INTEGER ? ` to ${grouped(maximum)}` : ' or more'
  return `${name}, ${grouped(minimum)}${range}`
}

/** Formats a number as in 10,000. */
function grouped(number) {
  return number.toLocaleString('en')
}
