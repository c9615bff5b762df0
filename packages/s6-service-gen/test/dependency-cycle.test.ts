import t from 'tap'
import { findDependencyCycle } from '../src/dependency-cycle.js'

const graph = (edges: Readonly<Record<string, readonly string[]>>) => new Map(Object.entries(edges))

t.test('a graph without a cycle has none, however its paths meet', async t => {
  t.equal(findDependencyCycle(graph({})), undefined)
  t.equal(findDependencyCycle(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })), undefined)
})

t.test('a cycle begins and ends with the same name', async t => {
  t.same(findDependencyCycle(graph({ a: ['a'] })), ['a', 'a'])
  t.same(findDependencyCycle(graph({ a: ['b'], b: ['c'], c: ['a'] })), ['a', 'b', 'c', 'a'])
})

t.test('the path that leads to a cycle is no part of it', async t => {
  t.same(findDependencyCycle(graph({ a: ['b'], b: ['c'], c: ['b'] })), ['b', 'c', 'b'])
})

t.test('names that the graph does not have are ignored', async t => {
  t.equal(findDependencyCycle(graph({ a: ['missing'] })), undefined)
})

t.test('the same graph gives the same cycle, whatever the order of its names', async t => {
  const one = { b: ['c'], c: ['b'], a: ['z'], z: ['a'] }
  const other = Object.fromEntries(Object.entries(one).toReversed())
  t.same(findDependencyCycle(graph(one)), findDependencyCycle(graph(other)))
})
