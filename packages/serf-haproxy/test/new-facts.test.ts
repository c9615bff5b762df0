import t from 'tap'
import { NewFacts } from '../src/new-facts.js'

const unexpected = (error: unknown) => {
  throw error
}

t.test('a wait ends with its work, or with its error', async t => {
  const newFacts = new NewFacts()
  await newFacts.waitFor(Promise.resolve(), unexpected)
  await t.rejects(newFacts.waitFor(Promise.reject(new Error('no')), unexpected), { message: 'no' })
})

t.test('an announcement ends a wait, and the work goes on', async t => {
  const newFacts = new NewFacts()
  let reject: ((error: Error) => void) | undefined
  const promise = new Promise<void>((_, failed) => {
    reject = failed
  })
  const late: unknown[] = []
  const waiting = newFacts.waitFor(promise, error => late.push(error))
  newFacts.announce()
  await waiting
  reject?.(new Error('later'))
  await promise.catch(() => {})
  t.match(late, [{ message: 'later' }])
})
