import { type ArgumentMetadata, Injectable, type PipeTransform, type Type, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError, type ValidatorOptions, validateSync } from 'class-validator';
import { DomainError } from '../../errors/domain-error.js';
import { type FieldProblem } from '../problem/problem.js';
import { problemOfShape } from '../request-shape.js';
import { missingFields } from './field-groups.js';

/** A person does not correct more at once, and the answer must not grow with the request. */
const maxProblems = 20;

/** The request is not of the form that the route asks for. */
export class InvalidRequestError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'invalid-request';
  override readonly details: { errors: FieldProblem[] };

  constructor(problems: FieldProblem[]) {
    const errors = problems.slice(0, maxProblems);
    super(`${errors.map((error) => error.message).join('; ')}.`);
    this.details = { errors };
  }
}

/** Rules about what a value is, not about which one it is. */
const typeRules: ReadonlySet<string> = new Set(['isString', 'isInt', 'isNumber', 'isBoolean', 'isArray']);

function flatten(errors: ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const field = parent ? `${parent}.${error.property}` : error.property;
    // One reason is enough, for the others mostly follow from it: that it is not what it should be at all, if it is not.
    const reasons = Object.entries(error.constraints ?? {});
    const own = [reasons.find(([rule]) => typeRules.has(rule)) ?? reasons[0]].filter((reason) => reason !== undefined);
    const problems = own.map(([rule, message]): FieldProblem =>
      isMissing(error)
        ? { field, message: `${field} is missing`, rule: 'isMissing' }
        : { field, message: agreeing(message), rule, limit: limitOf(rule, error) },
    );
    return [...problems, ...flatten(error.children ?? [], field)];
  });
}

/** The words of class-validator's own rules take every number for many. */
function agreeing(message: string): string {
  return message.replaceAll(/\b1 (character|element)s\b/g, '1 $1');
}

function isMissing({ value, constraints = {} }: ValidationError): boolean {
  return (value === undefined || value === null) && !('whitelistValidation' in constraints);
}

/** The number of a rule such as `max`, from where the DTO class declares it. */
function limitOf(rule: string, { target, property }: ValidationError): number | undefined {
  if (!target) return undefined;
  const constraints = getMetadataStorage()
    .getTargetValidationMetadatas(target.constructor, '', false, false)
    .find((each) => each.propertyName === property && each.name === rule)?.constraints as unknown[] | undefined;
  const limit = constraints?.[0];
  return typeof limit === 'number' ? limit : undefined;
}

const options = {
  transform: true,
  whitelist: true,
  // Tells the DTO class, and goes no further than to `flatten`.
  validationError: { target: true },
  exceptionFactory: (errors: ValidationError[]) => new InvalidRequestError(flatten(errors)),
};

/** What the DTO class of a body may say of it beyond its fields. */
export interface DeclaredBody {
  /** Clients of other versions may extend it: what is unknown is passed over. */
  readonly open?: boolean;
  /** The class of the form that may be sent instead. */
  readonly form?: Type;
}

/** Whether a body of this class may be absent: it requires nothing. */
export function mayBeAbsent(Body: new () => object): boolean {
  const body = new Body();
  return validateSync(body, options).length === 0 && missingFields(body).length === 0;
}

/** Checks at once: no check here needs to wait for anything, and promises for each field cost more than the checks. */
class ImmediateValidationPipe extends ValidationPipe {
  /** Classes of bodies that may be absent: found out once, for the answer is always the same. */
  private readonly optional = new Set<unknown>();

  /** Renewals come without a body, and more often than anything else. */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const Body = metadata.metatype as (new () => object) | undefined;
    if (value !== undefined || metadata.type !== 'body' || !Body || !this.toValidate(metadata)) {
      return this.checked(value, metadata);
    }
    if (!this.optional.has(Body)) {
      await this.checked({}, metadata);
      this.optional.add(Body);
    }
    return new Body();
  }

  private async checked(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const body: unknown = await super.transform(value, metadata);
    const problems = metadata.type === 'body' && typeof body === 'object' && body !== null ? missingFields(body) : [];
    if (problems.length > 0) throw new InvalidRequestError(problems);
    return body;
  }

  protected override validate(object: object, validatorOptions?: ValidatorOptions): ValidationError[] {
    return validateSync(object, validatorOptions);
  }
}

/**
 * Checks what comes in against its DTO class. A body with a field that does not exist is refused, for its sender believes
 * in it; an unknown query parameter is ignored, for clients of other versions send some.
 */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  private readonly body = new ImmediateValidationPipe({ ...options, forbidNonWhitelisted: true });
  private readonly other = new ImmediateValidationPipe(options);

  /** @returns a promise only where there is a class to check against */
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type === 'custom') return value;
    const problem = problemOfShape(value, metadata.data ?? metadata.type, metadata.metatype);
    if (problem) throw new InvalidRequestError([problem]);
    if (metadata.metatype === String && typeof value === 'string') return value;
    const strict = metadata.type === 'body' && !(metadata.metatype as DeclaredBody | undefined)?.open;
    if (metadata.type === 'body' && value !== undefined && (strict || value !== null)) {
      const isObject = typeof value === 'object' && value !== null;
      if (!isObject || Array.isArray(value) !== (metadata.metatype === Array)) {
        throw new InvalidRequestError([{ field: 'body', message: 'the body must be a JSON object' }]);
      }
    }
    return (strict ? this.body : this.other).transform(value, metadata);
  }
}

/** A body that is a list: each entry is checked as a body of this class. */
export class ListPipe<T> implements PipeTransform<unknown, Promise<T[]>> {
  private readonly pipe = new RequestValidationPipe();

  constructor(
    readonly entry: new () => T,
    private readonly most: number,
  ) {}

  async transform(value: unknown): Promise<T[]> {
    if (!Array.isArray(value) || value.length > this.most) {
      throw new InvalidRequestError([{ field: 'body', message: `the body must be a list of at most ${this.most}` }]);
    }
    const entries = value.map((each: unknown) => this.pipe.transform(each, { type: 'body', metatype: this.entry }));
    return (await Promise.all(entries)) as T[];
  }
}

/** An id in a path: a JSON number from 1 to 2^53 - 1. */
@Injectable()
export class IdPipe implements PipeTransform<string, number> {
  transform(value: string, { data = 'id' }: ArgumentMetadata): number {
    const id = /^\d{1,16}$/.test(value) ? Number(value) : 0;
    if (id < 1 || !Number.isSafeInteger(id)) {
      throw new InvalidRequestError([{ field: data, message: `${data} must be a positive whole number` }]);
    }
    return id;
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A UUID in a path. */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string, { data = 'id' }: ArgumentMetadata): string {
    if (!uuid.test(value)) throw new InvalidRequestError([{ field: data, message: `${data} must be a UUID` }]);
    return value.toLowerCase();
  }
}
