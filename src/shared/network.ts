import ipaddr from 'ipaddr.js';

/**
 * The network that an address belongs to, as far as one household or office has one: an IPv4 address, or the first 64
 * bits of an IPv6 address (RFC 6177), as text. An IPv4 address in IPv6 dress (mapped, 6to4, NAT64) is that IPv4 address.
 * Undefined for what is no address.
 */
export function networkOf(ip: string | undefined): string | undefined {
  const text = ip?.replace(/%.*$/s, '') ?? '';
  if (text.length > 45 || !ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return isFourParts(text) ? address.toString() : undefined;
  return networkOfSix(address as ipaddr.IPv6);
}

function networkOfSix(address: ipaddr.IPv6): string {
  const { parts } = address;
  switch (address.range()) {
    case '6to4':
      return fourOf(parts[1]!, parts[2]!);
    case 'rfc6052':
      return fourOf(parts[6]!, parts[7]!);
    default:
      return `${new ipaddr.IPv6([...parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
  }
}

const fourOf = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');

/** `1`, `0x7f.1` and the like are addresses to some readers, and none to a proxy that says who asks. */
const isFourParts = (text: string): boolean => text.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(text);
