import { Text } from '../../http/validation/fields.js';

export class SigningKeyQuery {
  @Text({
    optional: true,
    description: 'The `kid` of a key, also of one that signs no more; `all`: every key, the current ones first.',
    max: 100,
  })
  kid?: string;
}
