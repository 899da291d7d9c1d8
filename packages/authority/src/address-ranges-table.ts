// Addresses that no request reaches unless its origin says so: the special-purpose registries of IANA,
// multicast, and what some clouds keep for themselves. IPv6 is the other way round: what is not global
// unicast is denied, and these are the exceptions within it.

/** First address, length of the prefix, and what it is for. */
export type Range = readonly [first: string, bits: number, reason: string];

export const deniedV4: readonly Range[] = [
  ["0.0.0.0", 8, "this-network"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "shared"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "link-local"],
  ["172.16.0.0", 12, "private"],
  ["192.0.0.0", 24, "protocol-assignments"],
  ["192.0.2.0", 24, "documentation"],
  ["192.88.99.0", 24, "6to4-relay"],
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "benchmarking"],
  ["198.51.100.0", 24, "documentation"],
  ["203.0.113.0", 24, "documentation"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
  ["168.63.129.16", 32, "metadata"],
];

export const globalUnicastV6: Range = ["2000::", 3, "not-global"];

export const deniedV6: readonly Range[] = [
  ["2001::", 23, "protocol-assignments"],
  ["2001:db8::", 32, "documentation"],
  ["2002::", 16, "6to4"],
  ["3fff::", 20, "documentation"],
];

/** IPv6 prefixes of 96 bits behind which an IPv4 address stands that is what will be reached. */
export const carriersV6: readonly string[] = ["::ffff:0:0", "64:ff9b::"];

/** Where a cloud gives away who somebody is: reached only by who writes the address. */
export const metadataAddresses: readonly string[] = [
  "169.254.169.254",
  "169.254.170.2",
  "168.63.129.16",
  "fd00:ec2::254",
];
