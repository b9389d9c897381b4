import { readFileSync, statSync } from 'node:fs';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { decodeText } from '../config/decode-text.js';
import { ProvisioningError } from './provisioning-error.js';

/** Bytes of a file; a thousand organizations need a tenth of it. */
const maxBytes = 1024 * 1024;

/** Nodes that may be around another one; those of a policy's rules are 11. */
const maxDepth = 50;
const tooDeep = 'it is nested too deeply';

/** Keys and positions in lists that lead to a value. */
export type YamlPath = readonly (string | number)[];

/** A YAML file that can tell where each of its values is. */
export class YamlFile {
  private constructor(
    readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** @throws ProvisioningError for a file that is not YAML, too large, or uses what could multiply or hide values */
  static read(file: string): YamlFile {
    const lines = new LineCounter();
    const text = textOf(file);
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      version: '1.2',
      logLevel: 'error',
    });
    const read = new YamlFile(file, document, lines);
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new ProvisioningError([read.at(problem.pos[0], describe(problem))]);
    read.refuseOddNodes();
    if (document.contents !== null && !isMap(document.contents)) {
      throw new ProvisioningError([read.at(0, 'the file must hold settings such as `organizations:`')]);
    }
    return read;
  }

  /** Its settings; empty for a file with comments alone. */
  get content(): Record<string, unknown> {
    return (this.document.toJS() ?? {}) as Record<string, unknown>;
  }

  /** Whether a value is written in the file itself. */
  holds(path: YamlPath): boolean {
    return this.document.hasIn(path);
  }

  /** A problem with a value, or with the nearest one around it that is there. */
  problem(path: YamlPath, message: string): string {
    return this.at(this.offsetOf(path), message);
  }

  /** The line of a value, from 1. */
  lineOf(path: YamlPath): number {
    return this.lines.linePos(this.offsetOf(path)).line;
  }

  private at(offset: number, message: string): string {
    const { line, col } = this.lines.linePos(offset);
    return `${this.file}:${line}:${col}: ${message}`;
  }

  private offsetOf(path: YamlPath): number {
    let node: unknown = this.document.contents;
    let offset = offsetOfNode(node) ?? 0;
    for (const step of path) {
      const pair = isMap(node) ? pairOf(node, String(step)) : undefined;
      const inner = isSeq(node) ? node.items[Number(step)] : pair?.value;
      const found = offsetOfNode(pair?.key ?? inner);
      if (found === undefined) break;
      [node, offset] = [inner, found];
    }
    return offset;
  }

  /** With references, few bytes could stand for millions of values, and an error would name the wrong line. */
  private refuseOddNodes(): void {
    visit(this.document, {
      Node: (_, { range }, { length }) => {
        if (length > maxDepth) throw new ProvisioningError([this.at(range?.[0] ?? 0, tooDeep)]);
      },
      Alias: (_, { range }) => {
        const message = 'references (*name) are not supported: repeat the value';
        throw new ProvisioningError([this.at(range?.[0] ?? 0, message)]);
      },
    });
  }
}

/** A text that is missing may have been named by its file or variable. */
function pairOf({ items }: YAMLMap, key: string): Pair | undefined {
  const names = [key, `${key}File`, `${key}Env`];
  const found = names.map((name) => items.find((item) => isScalar(item.key) && String(item.key.value) === name));
  return found.find((item) => item !== undefined);
}

function offsetOfNode(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function describe({ code, message }: { code: string; message: string }): string {
  if (code === 'RESOURCE_EXHAUSTION') return tooDeep;
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: put it into a file of its own';
  if (code === 'DUPLICATE_KEY') return 'this key is there twice';
  return `this is not valid YAML: ${message}`;
}

/** @throws ProvisioningError when it cannot be read */
function textOf(file: string): string {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new Error('it is not a file');
    if (stats.size > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024 / 1024} MiB`);
    return decodeText(readFileSync(file));
  } catch (error) {
    throw new ProvisioningError([`${file} cannot be read: ${(error as Error).message}`]);
  }
}
