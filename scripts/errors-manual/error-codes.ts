import path from 'node:path';
import ts from 'typescript';

/** A code that problem answers carry, as the source declares it. */
export interface ErrorCode {
  code: string;
  kinds: string[];
  /** What the server says, with `…` in the place of names and numbers; undefined: it puts that together from what it finds. */
  message: string | undefined;
}

/**
 * Reads the codes of all classes below `DomainError`, from their types: a class that takes its code from a table has all of the
 * table.
 *
 * @param root the folder of tsconfig.json
 */
export function errorCodes(program: ts.Program, root: string): ErrorCode[] {
  const checker = program.getTypeChecker();
  const found = new Map<string, ErrorCode>();
  for (const file of program.getSourceFiles().filter(isOurs(root))) {
    for (const declaration of classesIn(file).filter((each) => extendsDomainError(each, checker))) {
      for (const code of literalsOf('code', declaration, checker)) {
        const known = found.get(code);
        const kind = kindOf(code, declaration, checker);
        const kinds = kind ? [kind] : literalsOf('kind', declaration, checker);
        found.set(code, {
          code,
          kinds: [...new Set([...(known?.kinds ?? []), ...kinds])],
          message: known?.message ?? messageOf(code, declaration, checker),
        });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The source of the server, without its tests. */
export function sourceProgram(root: string): ts.Program {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config as object;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = ts.sys.readDirectory(path.join(root, 'src'), ['.ts'], ['**/*.spec.ts']);
  return ts.createProgram(files, { ...options, types: ['node'] });
}

function isOurs(root: string): (file: ts.SourceFile) => boolean {
  return ({ fileName }) => fileName.startsWith(path.join(root, 'src')) && !fileName.endsWith('.spec.ts');
}

function classesIn(file: ts.SourceFile): ts.ClassDeclaration[] {
  return file.statements.filter((each) => ts.isClassDeclaration(each));
}

function extendsDomainError(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): boolean {
  if (declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword)) return false;
  const type = checker.getTypeAtLocation(declaration);
  const basesOf = (each: ts.Type): string[] =>
    (each.getBaseTypes() ?? []).flatMap((base) => [base.getSymbol()?.name ?? '', ...basesOf(base)]);
  return basesOf(type).includes('DomainError');
}

/** The texts that a property of a class can have. */
function literalsOf(name: string, declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string[] {
  const property = checker.getTypeAtLocation(declaration).getProperty(name);
  if (!property) return [];
  const type = checker.getTypeOfSymbolAtLocation(property, declaration);
  return (type.isUnion() ? type.types : [type]).flatMap((each) => (each.isStringLiteral() ? [each.value] : []));
}

/** What the constructor passes on as the message, where the source says it. */
function messageOf(code: string, declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string | undefined {
  let message: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      const [first] = node.arguments;
      const text = first && new MessageText(code, checker).of(first);
      if (text && /[a-z]{3}/.test(text)) message = text;
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return message;
}

/** Where the constructor chooses the kind by the code, from a table or a list: which one. */
function kindOf(code: string, declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string | undefined {
  let kind: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.left.getText() === 'this.kind') kind = chosen(node.right, code, checker);
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return kind;
}

/** Of `table[code]`, or `list.includes(code) ? … : …`. */
function chosen(node: ts.Expression, code: string, checker: ts.TypeChecker): string | undefined {
  const source = new MessageText(code, checker);
  if (ts.isElementAccessExpression(node)) return source.of(node);
  if (!ts.isConditionalExpression(node) || !ts.isCallExpression(node.condition)) return undefined;
  const { expression: callee } = node.condition;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'includes') return undefined;
  const declaration = checker.getSymbolAtLocation(callee.expression)?.valueDeclaration;
  const list = declaration && ts.isVariableDeclaration(declaration) ? bare(declaration.initializer) : undefined;
  if (!list || !ts.isArrayLiteralExpression(list)) return undefined;
  const isIn = list.elements.some((each) => source.of(each) === code);
  return source.of(isIn ? node.whenTrue : node.whenFalse);
}

/** Puts a message together without running the program. */
class MessageText {
  constructor(
    private readonly code: string,
    private readonly checker: ts.TypeChecker,
  ) {}

  of(node: ts.Expression): string {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isParenthesizedExpression(node)) return this.of(node.expression);
    if (ts.isTemplateExpression(node)) {
      return node.templateSpans.reduce(
        (text, span) => text + this.of(span.expression) + span.literal.text,
        node.head.text,
      );
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return this.of(node.left) + this.of(node.right);
    }
    if (ts.isConditionalExpression(node)) return this.of(node.whenTrue);
    if (ts.isArrowFunction(node)) return ts.isBlock(node.body) ? '…' : this.of(node.body);
    if (ts.isCallExpression(node)) return this.called(node);
    if (ts.isElementAccessExpression(node)) return this.entry(node.expression);
    if (ts.isPropertyAccessExpression(node) && ts.isElementAccessExpression(node.expression))
      return this.entry(node.expression.expression);
    if (ts.isIdentifier(node)) return this.named(node);
    return '…';
  }

  private called(node: ts.CallExpression): string {
    const { expression, arguments: given } = node;
    if (ts.isElementAccessExpression(expression)) return this.of(expression);
    if (!ts.isIdentifier(expression)) return '…';
    const [, noun, plural] = given;
    if (expression.text === 'counted' && noun && ts.isStringLiteralLike(noun)) {
      return plural && ts.isStringLiteralLike(plural) ? `… ${plural.text}` : `… ${noun.text}s`;
    }
    if (expression.text === 'tryAgainIn') return 'Try again in … seconds.';
    return '…';
  }

  /** Of a table by code. */
  private entry(table: ts.Expression): string {
    const declaration = this.checker.getSymbolAtLocation(table)?.valueDeclaration;
    const initializer =
      declaration && ts.isVariableDeclaration(declaration) ? bare(declaration.initializer) : undefined;
    if (!initializer || !ts.isObjectLiteralExpression(initializer)) return '…';
    for (const property of initializer.properties) {
      const { name } = property;
      if (!name || !ts.isPropertyAssignment(property)) continue;
      const key = ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
      if (key === this.code) return this.of(property.initializer);
    }
    return '…';
  }

  private named(node: ts.Identifier): string {
    const declaration = this.checker.getSymbolAtLocation(node)?.valueDeclaration;
    if (!declaration || !(ts.isVariableDeclaration(declaration) || ts.isParameter(declaration))) return '…';
    const initializer = bare(declaration.initializer);
    return initializer ? this.of(initializer) : '…';
  }
}

function bare(node: ts.Expression | undefined): ts.Expression | undefined {
  return node && (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) ? bare(node.expression) : node;
}
