import { join, relative } from 'node:path'
import t from 'tap'
import { packages, read, repository, typescriptFiles } from './packages.js'

/** Share of doc comments that may open with a question word, and that may speak of persons. */
const mostOpenings = 0.08
const mostPersons = 0.01

const opening = /^(?:what|who|whom|whose|whether|how|where|when|which|why)\b/i
const person = /\b(?:who|whom|whoever|somebody|nobody|everybody|anybody|someone|everyone)\b/i

const folders = [
  ...packages.map(({ folder }) => join(folder, 'src')),
  ...['images/base/src', 'images/build/src', 'images/webapp/src', 'test/kit/src'].map(folder =>
    join(repository, folder),
  ),
  ...['examples/lab/src', 'examples/lab-tasks/src'].map(folder => join(repository, folder)),
]

t.test('doc comments name their subject, and speak of members as things', async t => {
  const comments = folders.flatMap(folder =>
    typescriptFiles(folder, '.').flatMap(file => docComments(join(folder, file))),
  )
  const openings = comments.filter(({ text }) => opening.test(text))
  const persons = comments.filter(({ text }) => person.test(text))
  t.comment(share('open with a question word', openings, comments))
  t.comment(share('speak of persons', persons, comments))
  t.ok(openings.length <= mostOpenings * comments.length, listed(openings))
  t.ok(persons.length <= mostPersons * comments.length, listed(persons))
})

interface DocComment {
  /** `FILE:LINE`, from the root of the repository. */
  readonly place: string
  readonly text: string
}

function docComments(file: string): DocComment[] {
  const source = read(file)
  return [...source.matchAll(/\/\*\*([^]*?)\*\//g)].map(({ index, 1: body = '' }) => ({
    place: `${relative(repository, file)}:${source.slice(0, index).split('\n').length}`,
    text: body.replaceAll(/^\s*\*/gm, '').trim(),
  }))
}

function share(what: string, some: readonly DocComment[], all: readonly DocComment[]): string {
  return `${some.length} of ${all.length} doc comments ${what}, ${((100 * some.length) / all.length).toFixed(1)} %`
}

function listed(comments: readonly DocComment[]): string {
  return comments.map(({ place, text }) => `${place} ${text.slice(0, 60)}`).join('\n')
}
