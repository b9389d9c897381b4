import { EmailField, Verbatim } from '../../../http/validation/fields.js';

export class NewEmail {
  @EmailField({ description: 'The new address.' })
  email!: string;
}

export class EmailProof {
  @Verbatim({ max: 200, description: 'The last part of the link.' })
  token!: string;
}
