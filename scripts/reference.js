// npm run reference: writes the JSON Schema of the configuration, and the
// reference made from it. With --check it writes nothing, and ends with 1 if
// one of them is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { configurationJsonSchema } from '../packages/serf-haproxy/dist/src/configuration/schema.js'
import { configurationReference } from './configuration-reference.js'
import { repository } from './setup.js'

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    folder: { type: 'string', default: repository },
  },
})

const style = await resolveConfig(join(repository, 'package.json'))
const schema = configurationJsonSchema()
const files = {
  'packages/serf-haproxy/schema/serf-haproxy.schema.json': await format(JSON.stringify(schema), {
    ...style,
    parser: 'json',
  }),
  'docs/configuration.md': await format(configurationReference(schema), {
    ...style,
    parser: 'markdown',
  }),
}

for (const [path, text] of Object.entries(files)) {
  const file = join(values.folder, path)
  if (!values.check) writeFileSync(file, text)
  else if (contentOf(file) !== text) {
    console.error(`error: ${path} is stale: run npm run reference, and commit the result`)
    process.exitCode = 1
  }
}

/** Returns the text of a file; undefined if it cannot be read. */
function contentOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
