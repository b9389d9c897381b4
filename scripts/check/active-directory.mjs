// `npm run check:active-directory`: people sign in with the passwords of an Active Directory, which is Samba as a domain controller. Needs
// Debian and root: its LDAP listens on the usual ports of an address of its own. Installs Samba unless it is there.
import { checkWithPackages } from './check-with-packages.mjs';

checkWithPackages('samba', {
  samba: '/usr/sbin/samba',
  'samba-ad-provision': '/usr/share/samba/setup/provision.ldif',
  'samba-dsdb-modules': '/usr/share/doc/samba-dsdb-modules',
  'samba-vfs-modules': '/usr/share/doc/samba-vfs-modules',
  'python3-samba': '/usr/bin/samba-tool',
  winbind: '/usr/sbin/winbindd',
});
