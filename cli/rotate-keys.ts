import { KeyRotationModule } from '../src/key-rotation/key-rotation.module.js';
import { SecretKeyRotation } from '../src/key-rotation/secret-key-rotation.js';
import { SigningKeyRotation } from '../src/key-rotation/signing-key-rotation.js';
import { SecretKey } from '../src/secret/secret-key.js';
import { operator, withServices } from './command-context.js';
import { UsageError } from './usage-error.js';

/** `license-server rotate-keys signing` */
export async function rotateSigningKeys({ config }: { config?: string }): Promise<void> {
  await withServices({ config, module: KeyRotationModule }, async (app) => {
    for (const { purpose, kid, retired, acceptedUntil } of await app.get(SigningKeyRotation).rotate(operator)) {
      console.log(
        `${purpose}: ${kid} signs from now on. ${retired} signs no more, and is accepted until ${acceptedUntil.toISOString()}.`,
      );
    }
  });
}

/** `license-server rotate-keys secret` */
export async function rotateSecretKey(options: { config?: string; prepare?: true; forgetOld?: true }): Promise<void> {
  const { config, prepare, forgetOld } = options;
  if (prepare && forgetOld) throw new UsageError('Give --prepare or --forget-old, not both.');
  await withServices({ config, module: KeyRotationModule }, async (app) => {
    const rotation = app.get(SecretKeyRotation);
    const { file } = app.get(SecretKey);
    if (prepare) {
      await rotation.prepare(operator);
      console.log(`${file} holds the next key. Copy it to the other servers, then run rotate-keys secret here.`);
      return;
    }
    const { sealedAgain, unreadable, kept } = await (forgetOld
      ? rotation.forgetOld(operator)
      : rotation.rotate(operator));
    console.log(`${sealedAgain} secrets in the database were encrypted again with the newest key in ${file}.`);
    if (unreadable > 0) console.log(`${unreadable} were left as they are: no key in the file opens them.`);
    if (forgetOld) console.log('The file holds no former key any more. What derives from one is not accepted.');
    else
      console.log(`The file still holds ${kept} former key(s), for tokens of before and for copies of the database.`);
  });
}
