import t from 'tap'
import { hostAddress } from '../../src/model/host-address.js'

t.test('every notation of an address becomes one', async t => {
  const notations = ['2001:DB8::12', '2001:db8:0:0::12', '2001:db8:0:0:0:0:0:12', '2001:0db8::0012']
  for (const text of notations) t.equal(hostAddress(text), '2001:db8::12', text)
  for (const text of ['10.0.0.1', '::ffff:10.0.0.1', '::FFFF:0a00:1', '0:0:0:0:0:ffff:10.0.0.1'])
    t.equal(hostAddress(text), '10.0.0.1', text)
})

t.test('loopback, private and public addresses are those of hosts', async t => {
  const hosts = ['127.0.62.11', '::1', '192.168.0.1', '223.255.255.255', '240.0.0.1', 'fd00::1']
  for (const text of [...hosts, '169.253.1.1', 'fec0::1', 'ff::1', 'fe8::1', '1.0.0.0', '::2'])
    t.equal(hostAddress(text), text, text)
})

t.test('an address at which no host can answer is refused in any notation', async t => {
  const unspecified = ['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::0', '::ffff:0.0.0.0', '::ffff:0:0']
  const multicast = ['224.0.0.1', '239.255.255.250', 'ff02::1', 'FF0E::2', '::ffff:e000:1']
  const others = ['255.255.255.255', '0.1.2.3', '169.254.169.254', 'fe80::1', 'FEBF::1']
  for (const text of [...unspecified, ...multicast, ...others, 'fd00:ec2:0::254'])
    t.equal(hostAddress(text), undefined, text)
})

t.test('a text that is no address is refused', async t => {
  const texts = ['', 'host', '10.0.0.256', '10.0.0.1:80', 'fe80::1%eth0', 'fd00::1%1', '[::1]']
  for (const text of [
    ...texts,
    '010.0.0.1',
    '10.0.0.01',
    '10.1',
    '0x7f.0.0.1',
    '10.0.0.1 ',
    '1::2::3',
  ])
    t.equal(hostAddress(text), undefined, text)
})
