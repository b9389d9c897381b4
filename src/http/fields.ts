import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  isEmail,
  IsEmail,
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
} from 'class-validator';

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

/** A line of text of bounded length (in UTF-16 units), surrounding white space removed; not blank unless `optional`. */
export function Text({ max, min = 1, ...options }: FieldOptions & { max: number; min?: number }): PropertyDecorator {
  return field(
    options,
    { type: String, maxLength: max },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsString(),
    ...(min > 0 ? [IsNotEmpty(), MinLength(min)] : []),
    MaxLength(max),
    Matches(oneLine, { message: '$property must be one line of text' }),
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

/** The one form in which an address is kept and compared: lower case, composed characters. */
export function canonicalEmail(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

/** Whether a canonical address can be one. */
export function isEmailAddress(email: string): boolean {
  return isEmail(email, emailRules) && email.length <= 254 && !email.includes('\0');
}

const emailRules = { allow_utf8_local_part: true };

/** An e-mail address, in its canonical form from here on. */
export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { example: 'ada@example.com', ...options },
    { type: String, format: 'email', maxLength: 254 },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? canonicalEmail(value) : value)),
    IsEmail(emailRules, { message: '$property must be an e-mail address' }),
    MaxLength(254),
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
    // ISO 8601 has also weeks and days of the year, which hardly any program reads.
    Matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/, {
      message: '$property must be a time with its zone, such as 2027-01-31T00:00:00Z',
    }),
  );
}

/** true or false. */
export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: Boolean }, IsBoolean());
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
