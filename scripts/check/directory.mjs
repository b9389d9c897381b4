// `npm run check:directory`: people sign in with the passwords of a real OpenLDAP, over LDAPS and StartTLS. Needs Debian; installs slapd,
// as root, unless it is there.
import { checkWithPackages } from './check-with-packages.mjs';

checkWithPackages('directory', { slapd: '/usr/sbin/slapd' });
