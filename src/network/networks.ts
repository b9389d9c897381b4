import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Whether an address is in one of some networks, which are written as the settings accept them. */
export function networksContain(networks: readonly string[]): (address: string) => boolean {
  const ranges = networks.map((network) => {
    const [address = '', bits] = network.split('/');
    const base = ipaddr.process(address);
    return [base, bits === undefined ? base.toByteArray().length * 8 : Number(bits)] as [Address, number];
  });
  return (text) => {
    if (ranges.length === 0 || !ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));
  };
}
