import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
} from 'class-validator';
import {
  canonicalEmail,
  type EmailProblem,
  emailProblems,
  formerEmail,
  hasEmailForm,
  problemOfEmail,
} from '../../text/email-address.js';
import { asRead, withoutInvisible } from '../../text/invisible.js';

/** One declaration for each kind of field: what is accepted, and what the API description says of it. */
interface FieldOptions {
  description?: string;
  example?: unknown;
  optional?: boolean;
}

function field(options: FieldOptions, schema: object, ...validators: PropertyDecorator[]): PropertyDecorator {
  const { optional = false, ...described } = options;
  const api = { ...schema, ...described };
  return applyDecorators(
    optional ? ApiPropertyOptional(api) : ApiProperty(api),
    ...(optional ? [Optional()] : []),
    ...validators,
  );
}

/** A field that may be absent; null says the same. */
export function Optional(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    Transform(({ value }: { value: unknown }) => value ?? undefined),
  );
}

/** What ends a line, or is no text at all: names are put into the subjects of mails, logs and lists. */
const oneLine = /^(?:\t|[^\p{Cc}\u2028\u2029])*$/u;
/** The same, with something to read. No character fits both of the first two parts: the time that it takes must not grow faster than the text. */
const notBlank = /^[\t\p{Zs}]*[^\s\p{Cc}](?:\t|[^\p{Cc}\u2028\u2029])*$/u;

/** A line of text of bounded length (in UTF-16 units), surrounding white space removed; not blank unless `optional`. */
export function Text({ max, min = 1, ...options }: FieldOptions & { max: number; min?: number }): PropertyDecorator {
  return field(
    options,
    { type: String, minLength: min, maxLength: max },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? asRead(value) : value)),
    IsString(),
    ...(min > 0 ? [IsNotEmpty(), MinLength(min)] : []),
    MaxLength(max),
    Matches(min > 0 ? notBlank : oneLine, { message: '$property must be one line of text' }),
  );
}

/** Text taken to the letter: passwords, tokens, files. */
export function Verbatim({
  max,
  min = 1,
  ...options
}: FieldOptions & { max: number; min?: number }): PropertyDecorator {
  return field(options, { type: String, minLength: min, maxLength: max }, IsString(), MinLength(min), MaxLength(max));
}

/** An e-mail address, in its canonical form from here on. */
export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { example: 'ada@example.com', ...options },
    { type: String, format: 'email', maxLength: 254 },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? canonicalEmail(value) : value)),
    ...(Object.keys(emailProblems) as EmailProblem[]).map((name) =>
      ValidateBy({
        name,
        validator: {
          validate: (value) => (typeof value === 'string' ? problemOfEmail(value) : 'isEmail') !== name,
          defaultMessage: () => `$property ${emailProblems[name]}`,
        },
      }),
    ),
  );
}

/** The address of an account that exists: also one that a former version has accepted and that is refused today. */
export function KnownEmailField(): PropertyDecorator {
  return field(
    { example: 'ada@example.com' },
    { type: String, format: 'email', maxLength: 254 },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? formerEmail(value) : value)),
    ValidateBy({
      name: 'isEmail',
      validator: {
        validate: (value) => typeof value === 'string' && value.length <= 1000 && hasEmailForm(canonicalEmail(value)),
        defaultMessage: () => `$property ${emailProblems.isEmail}`,
      },
    }),
  );
}

/** What people sign in with: an e-mail address, or their user name in a directory. */
export function SignInNameField(): PropertyDecorator {
  return field(
    { example: 'ada@example.com', description: 'An e-mail address; with a directory, also a user name.' },
    { type: String, maxLength: 1000 },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? formerEmail(value) : value)),
    IsString(),
    IsNotEmpty(),
    MaxLength(1000),
  );
}

/** The name of a machine as people read it: without characters that are not seen, which would hide it from every policy. */
export function HostNameField(options: FieldOptions & { max: number }): PropertyDecorator {
  return applyDecorators(
    Text(options),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? withoutInvisible(value) : value)),
  );
}

/** One of a closed set of words. */
export function Choice(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: String, enum: [...values] },
    IsIn(values, { message: `$property must be one of ${values.join(', ')}` }),
  );
}

/** A point in time, ISO 8601 with its zone. */
export function TimeField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: String, format: 'date-time' },
    IsISO8601({ strict: true, strictSeparator: true }),
    // ISO 8601 has also weeks, days of the year and years before 1000, which hardly any program reads. No zone is more than
    // 14 hours away; PostgreSQL knows none of 16.
    Matches(/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)$/, {
      message: '$property must be a time with its zone, such as 2027-01-31T00:00:00Z',
    }),
  );
}

/** A list of texts of which at least one has something of this pattern in it. */
export function HoldsMatch(pattern: RegExp, message: string): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    Array.isArray(value) && value.some((each: unknown) => typeof each === 'string' && pattern.test(each));
  return ValidateBy({ name: 'holdsMatch', constraints: [pattern], validator: { validate } }, { message });
}

/** The ids of several things. */
export function IdList({ max, ...options }: FieldOptions & { max: number }): PropertyDecorator {
  const message = '$property must be a list of positive whole numbers';
  return field(
    { example: [1, 2], ...options },
    { type: [Number], minItems: 1, maxItems: max },
    Max(Number.MAX_SAFE_INTEGER, { each: true }),
    Min(1, { each: true, message }),
    IsInt({ each: true, message }),
    ArrayMaxSize(max),
    ArrayMinSize(1),
    IsArray(),
  );
}

/** true or false. */
export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: Boolean }, IsBoolean());
}

/** In a change of settings: the `version` of the answer that it was made from. */
export function VersionField(): PropertyDecorator {
  return field(
    {
      optional: true,
      description:
        'In a response: the version of the settings. In a request: the version that it is based on; 409 `stale-version` ' +
        'if they have changed since. Absent: not checked.',
    },
    { type: Number, minimum: 0 },
    IsInt(),
    Min(0),
    Max(Number.MAX_SAFE_INTEGER),
  );
}

/** The id of something, a JSON number. */
export function IdField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { example: 1, ...options },
    { type: Number, minimum: 1 },
    IsInt({ message: '$property must be a positive whole number' }),
    Min(1, { message: '$property must be a positive whole number' }),
    Max(Number.MAX_SAFE_INTEGER, { message: '$property must be a positive whole number' }),
  );
}

/** The id of something, in a query. */
export function IdFilter(options: Omit<FieldOptions, 'optional'> = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value,
    ),
    IdField({ ...options, optional: true }),
  );
}
