import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { repository } from './packages.js'

const schemaFile = 'packages/serf-haproxy/schema/serf-haproxy.schema.json'
const reference = 'docs/configuration.md'

/** Runs the script that writes or checks the files. */
function run(...args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const script = join(repository, 'scripts/reference.js')
  return new Promise(resolve => {
    execFile(process.execPath, [script, ...args], (error, _stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    )
  })
}

/** Makes the reference of a schema. */
function referenceOf(schema: object): Promise<string> {
  const text = `import { configurationReference } from './configuration-reference.js'
    process.stdout.write(configurationReference(${JSON.stringify(schema)}))`
  const args = ['--input-type=module', '--eval', text]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: join(repository, 'scripts') }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
}

t.test('the schema and the reference in the repository are up to date', async t => {
  t.same(await run('--check'), { code: 0, stderr: '' })
})

t.test('stale and missing files are named, and are written again', async t => {
  const folder = t.testdir()
  for (const path of [schemaFile, reference])
    mkdirSync(dirname(join(folder, path)), { recursive: true })
  cpSync(join(repository, schemaFile), join(folder, schemaFile))
  writeFileSync(join(folder, reference), '# Old')
  const stale = await run('--check', '--folder', folder)
  t.equal(stale.code, 1)
  t.equal(
    stale.stderr,
    `error: ${reference} is stale: run npm run reference, and commit the result\n`,
  )
  t.equal((await run('--folder', folder)).code, 0)
  t.equal(
    readFileSync(join(folder, reference), 'utf8'),
    readFileSync(join(repository, reference), 'utf8'),
  )
  t.equal((await run('--check', '--folder', folder)).code, 0)
})

t.test('a row has path, type, default, unit, meaning and example', async t => {
  const text = await referenceOf({
    properties: {
      mode: { enum: ['a', 'b'], type: 'string', default: 'a', description: 'One | two' },
      section: {
        type: 'object',
        description: 'Some fields',
        required: ['waitMs'],
        properties: {
          waitMs: {
            description: 'A time',
            examples: [5, { tag: 't' }],
            anyOf: [
              { type: 'integer', minimum: 1, maximum: 9007199254740991 },
              { type: 'object', properties: { tag: { type: 'string', description: 'Its tag' } } },
            ],
          },
          names: { type: 'array', items: { type: 'string' }, description: 'All names' },
        },
      },
    },
  })
  t.match(text, '| `mode` | `a`, `b` | `a` |  | One \\| two | `a` |\n')
  t.match(text, '## `section`\n\nSome fields. A section.\n')
  t.match(
    text,
    '| `section.waitMs` | whole number, 1 or more, or `{ tag }` | required | ms | A time | `5`<br>`{ tag: t }` |\n',
  )
  t.match(text, '| `section.waitMs.tag` | text |  |  | Its tag |  |\n')
  t.match(text, '| `section.names` | list of text |  |  | All names |  |\n')
})
