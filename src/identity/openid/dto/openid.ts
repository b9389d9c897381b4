import { Verbatim } from '../../../http/validation/fields.js';

/** OpenID Connect Back-Channel Logout 1.0, section 2.5. */
export class LogoutRequest {
  /** A provider may send more. */
  static readonly open = true;

  @Verbatim({ max: 20_000, description: 'A logout token, signed by the provider.' })
  logout_token!: string;
}
