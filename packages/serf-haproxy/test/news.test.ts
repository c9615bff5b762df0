import t from 'tap'
import { News } from '../src/news.js'

const unexpected = (error: unknown) => {
  throw error
}

t.test('a wait ends with its work, or with its error', async t => {
  const news = new News()
  await news.waitFor(Promise.resolve(), unexpected)
  await t.rejects(news.waitFor(Promise.reject(new Error('no')), unexpected), { message: 'no' })
})

t.test('an announcement ends a wait, and the work goes on', async t => {
  const news = new News()
  let reject: ((error: Error) => void) | undefined
  const promise = new Promise<void>((_, failed) => {
    reject = failed
  })
  const late: unknown[] = []
  const waiting = news.waitFor(promise, error => late.push(error))
  news.announce()
  await waiting
  reject?.(new Error('later'))
  await promise.catch(() => {})
  t.match(late, [{ message: 'later' }])
})
