import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../src/shared/network.ts';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:0000:0000:0000:0001', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    // 6to4 (RFC 3056) and NAT64 (RFC 6052): whoever has one IPv4 address has 65,536 networks of these.
    ['2002:cb00:7107:1::1', '203.0.113.7'],
    ['2002:cb00:7107:ffff::1', '203.0.113.7'],
    ['64:ff9b::cb00:7107', '203.0.113.7'],
  ])('%s is of %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it.each([
    undefined,
    '',
    'unknown',
    'localhost',
    '1',
    '0x7f.1',
    '127.1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4:5678',
    '[::1]',
    ':::',
    '2001:db8',
    '_hidden',
    ' 1.2.3.4',
    '::ffff:1.2.3.4.5',
    'a'.repeat(100_000),
  ])('%j is none', (ip) => {
    expect(networkOf(ip)).toBeUndefined();
  });

  it('is one for all addresses of a /64, and another for those of the next', () => {
    const part = fc.integer({ min: 0, max: 0xffff });
    const parts = fc.tuple(part, part, part, part);
    fc.assert(
      fc.property(fc.integer({ min: 0x2400, max: 0x2fff }), part, part, parts, parts, (a, b, c, one, two) => {
        const address = (low: number[], d: number) =>
          [a, b, c, d, ...low].map((n) => n.toString(16)).join(':');
        const [, ...mine] = one;
        const [, ...other] = two;
        const of = (low: number[], d: number) => networkOf(address([0, ...low], d));
        expect(of(mine, 7)).toBe(of(other, 7));
        expect(of(mine, 7)).not.toBe(of(mine, 8));
      }),
    );
  });

  it('takes whatever a header may hold without a throw, and gives the same for its own answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (ip) => {
        const network = networkOf(ip);
        if (network) expect(networkOf(network.replace('/64', ''))).toBe(network);
      }),
    );
  });
});
