import { SignInNameField, Verbatim } from '../../../http/validation/fields.js';

export class SignIn {
  @SignInNameField()
  email!: string;

  @Verbatim({ max: 1000, example: 'correct horse battery staple' })
  password!: string;
}
