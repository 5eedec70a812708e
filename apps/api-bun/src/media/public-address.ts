import ipaddr from 'ipaddr.js';

/** RFC 6052 §2.1: addresses in this range lead, by NAT64, to the IPv4 address in their last 32 bits. */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
/** The only IPv6 space that is given out as global unicast (RFC 4291 §2.4, IANA's registry). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address literal belongs to the public internet: no loopback, link-local, private, carrier-grade NAT,
 * multicast, documentation or otherwise reserved range, in IPv4, IPv6, or IPv4 inside IPv6. Anything unreadable is not.
 */
export function isPublicAddress(literal: string): boolean {
  if (!ipaddr.isValid(literal)) return false;
  const address = ipaddr.process(literal);
  if (address.kind() === 'ipv4') return address.range() === 'unicast';
  if (address.match(NAT64)) {
    return isPublicAddress(ipaddr.fromByteArray(address.toByteArray().slice(-4)).toString());
  }
  return address.range() === 'unicast' && address.match(GLOBAL_IPV6);
}
