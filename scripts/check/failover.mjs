// `npm run check:failover`: kills a primary that real servers work on, promotes its stand-by, and cuts the network between servers and
// database. Needs Debian and root; installs PostgreSQL and nftables unless they are there.
import { checkWithPackages } from './check-with-packages.mjs';

checkWithPackages('failover', {
  postgresql: '/usr/lib/postgresql',
  nftables: '/usr/sbin/nft',
  iproute2: '/usr/sbin/ip',
});
