import { type Command } from 'commander';

/** The vendor's commands: of `license-server license` from source, and of the vendor's own tool. */
export function addVendorCommands(parent: Command): void {
  parent
    .command('inspect')
    .argument('<file>', 'a license file')
    .description('show what a license file says; with keys, whether it is genuine and in force')
    .option('--key <file...>', "the vendor's public keys")
    .action(async (file: string, options: object) =>
      (await import('./inspect-license.js')).inspectLicense(file, options),
    );
  parent
    .command('issue')
    .argument('<specification>', 'YAML or JSON')
    .description('issue a license file')
    .requiredOption('--key <file>', "the vendor's private key")
    .option('-o, --output <file>', 'write the license file there')
    .action(async (file: string, options: { key: string }) =>
      (await import('./vendor.js')).issueLicense(file, options),
    );
  parent
    .command('time')
    .description('issue a statement of what time it is, for a server whose clock was once in the future')
    .requiredOption('--key <file>', "the vendor's private key")
    .option('--server-id <id>', 'the one server that it is for; without it any server')
    .option('--issuer <name>', 'who states it', 'Vendor')
    .option('-o, --output <file>', 'write the statement there')
    .action(async (options: { key: string; issuer: string }) => (await import('./vendor.js')).stateTime(options));
  parent
    .command('create-key')
    .argument('<name>', 'such as acme-2027')
    .description('make a key pair, NAME.private.pem and NAME.public.pem')
    .option('--rsa', 'RSA 3072 in place of Ed25519')
    .action(async (name: string, options: object) => (await import('./vendor.js')).createKey(name, options));
}
