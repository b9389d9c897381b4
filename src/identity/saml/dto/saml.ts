import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional, Text, Verbatim } from '../../../http/validation/fields.js';

/** Characters of a response; one with a few hundred groups has 50,000. */
export const maxResponse = 180_000;

/** SAML 2.0 Bindings, section 3.5.4. */
export class SamlResponseForm {
  /** A provider may send more. */
  static readonly open = true;

  @Verbatim({ max: maxResponse, description: 'What the provider says about a person, signed by it; in base64.' })
  SAMLResponse!: string;

  @ApiPropertyOptional({ type: String, description: 'What went along with the request; or a path of the console.' })
  @Optional()
  RelayState?: unknown;
}

export class ArrivalQuery {
  @Text({ max: 100, description: 'Names the cookie that has come with the answer to the form.' })
  arrival!: string;

  @Text({ max: 100, min: 0, optional: true, description: 'Names the sign-in that the browser began.' })
  state?: string;
}

/** SAML 2.0 Profiles, section 4.4: a request of the provider, or its answer to one of this server. */
export class LogoutForm {
  /** A provider may send more. */
  static readonly open = true;

  @Verbatim({ max: 20_000, optional: true, description: 'The provider has signed a person out; signed, in base64.' })
  SAMLRequest?: string;

  @ApiPropertyOptional({ type: String, description: 'The provider has done what this server asked it for.' })
  @Optional()
  SAMLResponse?: unknown;

  @Text({ max: 1000, min: 0, optional: true, description: 'Goes along with the answer.' })
  RelayState?: string;
}
