// A stand-in for the `handlebars` command of the classic lab: renders a
// template from stdin with the names and values of its arguments. As there, a
// value that is no JSON is taken for text, without a word.
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import handlebars from 'handlebars'

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
