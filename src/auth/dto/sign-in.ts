import { EmailField, Verbatim } from '../../http/fields.js';

export class SignIn {
  @EmailField()
  email!: string;

  @Verbatim({ max: 1000, example: 'correct horse battery staple' })
  password!: string;
}
