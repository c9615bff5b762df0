import t from 'tap'
import { LabError } from '../../src/lab-error.js'
import {
  addressOf,
  backendName,
  backendNumber,
  parseScale,
  placeOn,
} from '../../src/engine/place.js'

t.test('addresses follow the lab: .42 for ha, then .11, .22, .33', async t => {
  const place = placeOn('127.0.42')
  const addresses = ['ha', 's1', 's2', 's3', 's23'].map(node => addressOf(place, node))
  t.same(addresses, ['127.0.42.42', '127.0.42.11', '127.0.42.22', '127.0.42.33', '127.0.42.253'])
})

t.test('no two nodes share an address', async t => {
  const place = placeOn('127.0.42')
  const nodes = ['ha', ...Array.from({ length: 23 }, (_, i) => backendName(i + 1))]
  t.equal(new Set(nodes.map(node => addressOf(place, node))).size, nodes.length)
})

t.test('a network that is not loopback is refused', async t => {
  for (const subnet of ['10.0.0', '127.0', '127.0.256', '127.0.0.1', '127.0.x', '']) {
    t.throws(() => placeOn(subnet), { message: /expected a loopback network/ }, subnet)
  }
})

t.test('a name that is no node is refused, with what is wanted', async t => {
  for (const name of ['', 'ha', 's0', 's24', 's01', 'S1', 's1 ', '../s1']) {
    t.throws(() => backendNumber(name), LabError, name)
  }
  t.equal(backendNumber('s23'), 23)
})

t.test('a scale is a whole number from 0 to 23', async t => {
  t.equal(parseScale('0', 'scale'), 0)
  t.equal(parseScale('23', 'scale'), 23)
  for (const text of ['-1', '24', '1.5', 'many', '', '1e1']) {
    t.throws(() => parseScale(text, 'scale'), { message: /^scale: expected a number/ }, text)
  }
})
