import { KnownEmailField, Verbatim } from '../../../http/fields.js';

export class SignIn {
  @KnownEmailField()
  email!: string;

  @Verbatim({ max: 1000, example: 'correct horse battery staple' })
  password!: string;
}
