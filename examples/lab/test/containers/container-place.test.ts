import t from 'tap'
import {
  applicationPort,
  containerName,
  containerPlaceOn,
  containerSubnet,
  nodeOf,
  publishedPorts,
} from '../../src/containers/container-place.js'

t.test('the default network has plain names and the ports of the original lab', async t => {
  const place = containerPlaceOn(containerSubnet)
  t.match(place, { network: 'serf-haproxy-lab', published: { traffic: 8080, stats: 1936 } })
  t.equal(containerName(place, 's1'), 's1')
  t.equal(applicationPort(place, 's2'), 4001)
})

t.test('another network has names and ports of its own', async t => {
  const place = containerPlaceOn('10.1.2', '/tmp/a')
  t.equal(containerName(place, 's1'), 's1-10.1.2')
  t.equal(nodeOf(place, 's1-10.1.2'), 's1')
  const ports = ['ha', 's1', 's23'].flatMap(node =>
    publishedPorts(place, node).map(({ published }) => published),
  )
  t.equal(new Set(ports).size, 5, 'no port twice')
  const next = publishedPorts(containerPlaceOn('10.1.3'), 'ha')
  t.ok(next.every(({ published }) => !ports.includes(published)))
})

t.test('only private networks are accepted', async t => {
  for (const subnet of ['8.8.8', '172.15.0', '172.32.0', '192.169.1', '10.0.256', '10.0', 'x']) {
    t.throws(() => containerPlaceOn(subnet), { name: 'LabError', message: `got ${subnet}` }, subnet)
  }
  for (const subnet of ['10.0.0', '172.16.0', '172.31.255', '192.168.1']) {
    t.equal(containerPlaceOn(subnet).subnet, subnet)
  }
})
