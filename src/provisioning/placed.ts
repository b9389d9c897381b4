import { DomainError } from '../errors/domain-error.js';
import { type FieldProblem } from '../http/problem/problem.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { ProvisioningError } from './provisioning-error.js';
import { type YamlFile, type YamlPath } from './yaml-file.js';

/** A value of a provisioning file, and where it is there. */
export class Placed<T> {
  constructor(
    readonly value: T,
    readonly file: YamlFile,
    readonly path: YamlPath,
  ) {}

  /** The entries of a list in this value. */
  each<K extends keyof T & string>(
    key: K,
  ): Placed<NonNullable<T[K]> extends readonly (infer Entry)[] ? Entry : never>[] {
    const list = (this.value[key] ?? []) as never[];
    return list.map((entry, index) => new Placed(entry, this.file, [...this.path, key, index]));
  }

  /** What is in this value under a name; undefined: nothing. */
  get<K extends keyof T & string>(key: K): Placed<NonNullable<T[K]>> | undefined {
    const inner = this.value[key];
    return inner === undefined || inner === null ? undefined : new Placed(inner, this.file, [...this.path, key]);
  }

  /** Whether a text is written in the file itself, not in one that it names. */
  holds(key: keyof T & string): boolean {
    return this.file.holds([...this.path, key]);
  }

  problem(message: string, path: YamlPath = []): string {
    return this.file.problem([...this.path, ...path], message);
  }

  /** @throws ProvisioningError */
  refuse(message: string, path: YamlPath = []): never {
    throw new ProvisioningError([this.problem(message, path)]);
  }

  /**
   * Names the place of a refusal.
   *
   * @throws ProvisioningError in place of every DomainError
   */
  async during<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new ProvisioningError(this.problemsOf(error));
    }
  }

  problemsOf(error: DomainError): string[] {
    if (!(error instanceof InvalidRequestError)) return [this.problem(error.message)];
    return error.details.errors.map((each) => this.problem(messageOf(each), each.field.split('.')));
  }
}

/** A request's words speak of bodies and of ids; a file has keys. */
function messageOf({ message, rule, field }: FieldProblem): string {
  if (rule === 'whitelistValidation') return `there is no such key: ${field.split('.').at(-1)}`;
  return rule === 'isMissing' ? `${field.split('.').at(-1)} is missing` : message;
}
