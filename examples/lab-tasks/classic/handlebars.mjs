// A stand-in for the `handlebars` command of the classic lab: renders a
// template from stdin with the names and values of its arguments. As there, a
// value that is no JSON is taken for text, without a word.
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { createRequire } from 'node:module'
import { delimiter } from 'node:path'

// This file is copied to a node, and the package stays where the services' programs are.
const programs = process.env.PATH.split(delimiter).find(folder =>
  folder.endsWith('/node_modules/.bin'),
)
const handlebars = createRequire(`${programs}/`)('handlebars')

const { values } = parseArgs({ options: { addresses: { type: 'string', default: '[]' } } })
process.stdout.write(
  handlebars.compile(await text(process.stdin))({ addresses: readValue(values.addresses) }),
)

function readValue(word) {
  try {
    return JSON.parse(word)
  } catch {
    return word
  }
}
